using System.Text.RegularExpressions;
using DurableRouter.Core.Configuration;

namespace DurableRouter.Core.Catalog;

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
        var endpoint = Endpoint(map, kind);
        map.Refuse("apiKey", "a key never stands in a file; name the environment variable that holds it with 'apiKeyEnv'");
        var (keyEnv, entra, version) = kind == ProviderKind.Simulated ? Keyless(map) : Credentials(map, kind, endpoint);
        map.Close();
        return new ProviderEntry(entry.Key, kind ?? default, endpoint, keyEnv, entra, version, residency, problems.Place(entry.Line));
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
        var keyEnv = map.TextOrNull("apiKeyEnv");
        if (keyEnv is not null && !VariableName().IsMatch(keyEnv))
        {
            map.Problems.Report(map.LineOf("apiKeyEnv"),
                $"apiKeyEnv of {map.What} is not the name of an environment variable; allowed: letters, digits and _, not starting with a digit");
            keyEnv = null;
        }

        if (kind != ProviderKind.AzureOpenAI)
        {
            map.Refuse("auth", "only kind azure-openai takes it");
            map.Refuse("apiVersion", "only kind azure-openai takes it");
            if (kind is not null && !map.Has("apiKeyEnv") && endpoint is { IsLoopback: false })
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

    static Uri? Endpoint(MapReader map, ProviderKind? kind)
    {
        if (map.TextOrNull("endpoint") is not { } text)
        {
            if (kind is not null and not ProviderKind.Simulated && !map.Has("endpoint"))
            {
                map.Problems.Report(map.Line, $"{map.What} has no 'endpoint'");
            }

            return null;
        }

        var line = map.LineOf("endpoint");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            map.Problems.Report(line, $"endpoint of {map.What} must be an absolute https address");
        }
        else if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            map.Problems.Report(line, $"endpoint of {map.What} must not hold a user, a query or a fragment");
        }
        else if (kind == ProviderKind.Simulated && !(uri.Scheme == "http" && uri.IsLoopback))
        {
            map.Problems.Report(line, $"endpoint of {map.What} must be http on this machine, like http://127.0.0.1:5081/v1: it is simulated");
        }
        else if (uri.Scheme == "http" && !uri.IsLoopback)
        {
            map.Problems.Report(line, $"endpoint of {map.What} must be https: http would send keys and documents in the clear, so it is for this machine only");
        }
        else
        {
            return uri;
        }

        return null;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionDate();
}
