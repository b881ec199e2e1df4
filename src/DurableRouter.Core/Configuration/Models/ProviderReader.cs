using System.Text.RegularExpressions;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Models;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Models;

/// <summary>Reads one entry of <c>providers</c>. Messages never repeat what might be a key.</summary>
static partial class ProviderReader
{
    public static ProviderEntry? Read(MappingEntry entry, ProblemReporter problems)
    {
        var what = $"provider '{entry.Key}'";
        if (!Identifier.IsValid(entry.Key))
        {
            problems.Report(entry.Line, $"{what}: a provider's name may hold {Identifier.Allowed}");
        }

        if (MapReader.Open(entry.Value, problems, what) is not { } map)
        {
            return null;
        }

        var kind = map.Choice("kind", CatalogWords.ProviderKinds, required: true);
        var residency = map.Word("residency", CatalogWords.Local);
        var (endpoint, endpointEnv) = Endpoint(map, kind);
        map.Refuse("apiKey", "a key never stands in a file; name the environment variable that holds it with 'apiKeyEnv'");
        var (keyEnv, entra, version) = kind == ProviderKind.Simulated ? Keyless(map) : Credentials(map, kind, endpoint);
        map.Close();
        return new ProviderEntry(entry.Key, kind ?? default, endpoint, keyEnv, entra, version, residency, problems.Place(entry.Line))
        {
            EndpointEnv = endpointEnv,
        };
    }

    static (string? KeyEnv, bool Entra, string? Version) Keyless(MapReader map)
    {
        foreach (var key in new[] { "apiKeyEnv", "auth", "apiVersion" })
        {
            map.Refuse(key, "a simulated provider takes no credentials and no version");
        }

        return (null, false, null);
    }

    static (string? KeyEnv, bool Entra, string? Version) Credentials(MapReader map, ProviderKind? kind, Uri? endpoint)
    {
        var keyEnv = VariableName.Read(map, "apiKeyEnv");

        if (kind != ProviderKind.AzureOpenAI)
        {
            map.Refuse("auth", "only kind azure-openai takes it");
            map.Refuse("apiVersion", "only kind azure-openai takes it");
            if (kind is not null && !map.Has("apiKeyEnv") && (endpoint is { IsLoopback: false } || map.Has("endpointEnv")))
            {
                map.Problems.Report(map.Line, $"{map.What} has no 'apiKeyEnv'; only an endpoint on this machine may do without");
            }

            return (keyEnv, false, null);
        }

        var entra = map.Word("auth", "entra") is not null;
        if (map.Has("auth") == map.Has("apiKeyEnv"))
        {
            map.Problems.Report(map.Line, $"{map.What} needs exactly one of 'auth: entra' and 'apiKeyEnv'");
        }

        var version = map.TextOrNull("apiVersion");
        if (version is not null && !VersionDate().IsMatch(version))
        {
            map.Problems.Report(map.LineOf("apiVersion"), $"apiVersion of {map.What} is '{version}'; allowed: a date like 2024-10-21, with -preview or without");
        }

        return (keyEnv, entra, version);
    }

    static (Uri? Address, string? Variable) Endpoint(MapReader map, ProviderKind? kind)
    {
        if (kind == ProviderKind.Simulated)
        {
            map.Refuse("endpointEnv", "a simulated provider's address stands in the file");
        }
        else if (map.Has("endpoint") && map.Has("endpointEnv"))
        {
            map.Problems.Report(map.LineOf("endpointEnv"), $"{map.What} has 'endpoint' and 'endpointEnv'; allowed: one of them");
        }

        var variable = kind == ProviderKind.Simulated ? null : VariableName.Read(map, "endpointEnv");
        if (map.TextOrNull("endpoint") is not { } text)
        {
            if (kind is not null and not ProviderKind.Simulated && !map.Has("endpoint") && !map.Has("endpointEnv"))
            {
                map.Problems.Report(map.Line, $"{map.What} has no 'endpoint'");
            }

            return (null, variable);
        }

        if (ProviderAddress.Problem(text, kind, out var address) is { } problem)
        {
            map.Problems.Report(map.LineOf("endpoint"), $"endpoint of {map.What} {problem}");
        }

        return (address, variable);
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionDate();
}
