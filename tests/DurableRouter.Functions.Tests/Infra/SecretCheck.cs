using System.Text.RegularExpressions;

namespace DurableRouter.Functions.Tests.Infra;

/// <summary>No keys: none are read, written down, handed out or accepted.</summary>
static partial class SecretCheck
{
    // Who declares one of these resources says that it takes Entra tokens only.
    static readonly (string Resource, string Property, string Value)[] Keyless =
    [
        ("Microsoft.Storage/storageAccounts", "allowSharedKeyAccess", "false"),
        ("Microsoft.Storage/storageAccounts", "allowBlobPublicAccess", "false"),
        ("Microsoft.CognitiveServices/accounts", "disableLocalAuth", "true"),
        ("Microsoft.Insights/components", "DisableLocalAuth", "true"),
    ];

    public static IEnumerable<string> Problems(InfraFolder folder)
    {
        foreach (var file in folder.Files)
        {
            foreach (var node in file.Root.All.Where(n => n.Type is "call_expression" && KeyFunction().IsMatch(n.Name)))
            {
                yield return file.At(node, $"{node.Name} reads a key");
            }

            foreach (var node in file.Root.All.Where(n => n.Type == "string" && KeyText().IsMatch(n.Text)))
            {
                yield return file.At(node, "a connection string with a key");
            }

            foreach (var (resource, property, value) in Keyless)
            {
                foreach (var node in file.Resources.Where(r => r.Children[1].Unquoted.Split('@')[0] == resource
                    && r.Property("properties")?.Property(property)?.Text != value))
                {
                    yield return file.At(node, $"{property} of {node.Name} isn't {value}");
                }
            }

            var secrets = file.Parameters.Where(p => file.Decorators(p).Contains("secure")).Select(p => p.Name).ToHashSet();
            foreach (var node in file.Outputs.Where(o => o.Value.All.Any(n => n.Type == "identifier" && secrets.Contains(n.Text))))
            {
                yield return file.At(node, $"the output {node.Name} hands out a secret");
            }
        }
    }

    [GeneratedRegex(@"(^|\.)list[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex KeyFunction();

    [GeneratedRegex("AccountKey=|SharedAccessKey|SharedAccessSignature=|InstrumentationKey=|[?&]sig=",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex KeyText();
}
