using System.Text.RegularExpressions;

namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>Reads a key whose value names an environment variable. Messages never repeat what might be the secret itself.</summary>
static partial class VariableName
{
    public static string? Read(MapReader map, string key)
    {
        if (map.TextOrNull(key) is not { } name || Form().IsMatch(name))
        {
            return map.TextOrNull(key);
        }

        map.Problems.Report(map.LineOf(key),
            $"{key} of {map.What} is not the name of an environment variable; allowed: letters, digits and _, not starting with a digit");
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
