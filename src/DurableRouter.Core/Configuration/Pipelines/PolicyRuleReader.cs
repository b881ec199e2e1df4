using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads the settings of a <c>policy</c> check.</summary>
static class PolicyRuleReader
{
    static readonly string[] Rules = ["mustMatch", "mustNotMatch", "mustSay", "personalData"];

    /// <param name="subject">Checks a field of the step's own output.</param>
    public static PolicyRule Read(MapReader map, Func<string, int, string, JsonElement?> subject)
    {
        var name = map.TextOrNull("name");
        if (name is not null && !Identifier.IsValid(name))
        {
            map.Problems.Report(map.LineOf("name"), $"name of {map.What} is '{name}'; allowed: {Identifier.Allowed}");
        }

        var of = map.TextOrNull("of");
        if (of is not null)
        {
            subject(of, map.LineOf("of"), $"of of {map.What}");
        }

        var rule = new PolicyRule(name, of, Patterns(map, "mustMatch"), Patterns(map, "mustNotMatch"), Texts(map, "mustSay"),
            Words(map, "personalData", PersonalData.Kinds), Words(map, "exceptFor", CallerRoles.Allowed));
        if (!Rules.Any(map.Has))
        {
            map.Problems.Report(map.Line, $"{map.What} rules nothing; allowed: {string.Join(", ", Rules)}");
        }

        map.Close();
        return rule;
    }

    static List<string>? Patterns(MapReader map, string key)
    {
        var patterns = map.Texts(key);
        foreach (var pattern in patterns)
        {
            try
            {
                EcmaPattern.Compile(pattern.Text);
            }
            catch (FormatException fault)
            {
                map.Problems.Report(pattern, $"{key} of {map.What}: the pattern '{pattern.Text}' can't be used: {fault.Message}");
            }
        }

        return NoneIsNull(map, key, [.. patterns.Select(p => p.Text)]);
    }

    static List<string>? Texts(MapReader map, string key) => NoneIsNull(map, key, [.. map.Texts(key).Select(t => t.Text)]);

    static List<string>? Words(MapReader map, string key, string[] allowed)
    {
        var words = map.Texts(key);
        foreach (var word in words.Where(w => !allowed.Contains(w.Text)))
        {
            map.Problems.Report(word, $"{key} of {map.What} names '{word.Text}'{Suggestion.For(word.Text, allowed)}; allowed: {string.Join(", ", allowed)}");
        }

        return NoneIsNull(map, key, [.. words.Select(w => w.Text)]);
    }

    static List<string>? NoneIsNull(MapReader map, string key, List<string> values)
    {
        if (map.Has(key) && values.Count == 0)
        {
            map.Problems.Report(map.LineOf(key), $"{key} of {map.What} is empty; at least one entry is needed");
        }

        return values.Count == 0 ? null : values;
    }
}
