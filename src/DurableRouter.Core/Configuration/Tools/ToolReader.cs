using System.Net;
using System.Text.Json;
using DurableRouter.Core.Configuration.Models;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Tools;

/// <summary>Reads one entry of <c>tools</c>.</summary>
static class ToolReader
{
    /// <summary>What a query can carry.</summary>
    static readonly string[] Plain = ["string", "number", "integer", "boolean", "null"];

    public static ToolDefinition? Read(MappingEntry entry, IReadOnlyList<AllowedHost> hosts, ProblemReporter problems)
    {
        var what = $"tool '{entry.Key}'";
        if (!Identifier.IsModel(entry.Key))
        {
            problems.Report(entry.Line, $"{what}: a tool's name may hold {Identifier.ModelAllowed}");
        }

        if (MapReader.Open(entry.Value, problems, what) is not { } map)
        {
            return null;
        }

        map.Required("kind");
        map.Word("kind", ToolWords.Http);
        map.Refuse("headers", "what goes out is the method, the address, the input and the key of 'apiKeyEnv'");
        map.Refuse("apiKey", "a key never stands in a file; name the environment variable that holds it with 'apiKeyEnv'");
        var scope = map.Choice("scope", ToolWords.Scopes, required: true);
        var method = Method(map, scope);
        var (url, host) = Url(map, hosts);
        var tool = new ToolDefinition
        {
            Name = entry.Key,
            Description = map.Text("description"),
            Scope = scope ?? default,
            Method = method,
            Url = url,
            Private = host?.Private == true,
            ApiKeyEnv = VariableName.Read(map, "apiKeyEnv"),
            Input = Schema(map, "input"),
            Output = Schema(map, "output"),
            Timeout = map.DurationOrNull("timeout") ?? TimeSpan.FromSeconds(30),
            Retries = RetriesReader.Read(map, new ModelRetries { Attempts = 3 }),
            CostUsd = map.AmountOrNull("costUsd") ?? 0,
            Source = problems.Place(entry.Line),
        };
        CheckQuery(tool, map);
        map.Close();
        return tool;
    }

    static string Method(MapReader map, ToolScope? scope)
    {
        var method = map.Word("method", ToolWords.Methods) ?? "POST";
        if (scope == ToolScope.Read && ToolWords.WritingMethods.Contains(method))
        {
            map.Problems.Report(map.LineOf("method"), $"method of {map.What} is {method}, which changes what it names; its scope is 'read'");
        }

        if (scope == ToolScope.Write && method == ToolWords.Get)
        {
            map.Problems.Report(map.LineOf("method"), $"method of {map.What} is GET, which caches and crawlers may repeat; a tool with scope 'write' takes another");
        }

        return method;
    }

    static (Uri Url, AllowedHost? Host) Url(MapReader map, IReadOnlyList<AllowedHost> hosts)
    {
        var text = map.Text("url");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Fragment.Length > 0 || url.Scheme is not ("https" or "http"))
        {
            if (text.Length > 0)
            {
                map.Problems.Report(map.LineOf("url"), $"url of {map.What} can't be used; allowed: an https:// address without user or fragment");
            }

            return (new Uri("https://invalid"), null);
        }

        var host = hosts.FirstOrDefault(h => h.Admits(url));
        if (host is null && hosts.Count > 0)
        {
            map.Problems.Report(map.LineOf("url"), $"url of {map.What} leads to {url.Scheme}://{url.IdnHost}:{url.Port}, which 'hosts' doesn't allow; "
                + "an entry there has host, port (default 443) and 'private: true' for http:// and addresses of the own network");
        }
        else if (host is not null && IPAddress.TryParse(url.IdnHost, out var address) && !AddressPolicy.Allows(address, host.Private))
        {
            map.Problems.Report(map.LineOf("url"), $"url of {map.What} leads to {address}, which may not be connected to"
                + (host.Private ? "" : "; 'private: true' of its entry in 'hosts' allows addresses of the own network"));
        }

        return (url, host);
    }

    static JsonElement Schema(MapReader map, string key) =>
        (map.Required(key) is { } node ? SchemaReader.Read(node, map.Problems, $"{key} of {map.What}") : null) ?? SchemaReader.AnyObject;

    /// <summary>A list or an object has no one form in a query.</summary>
    static void CheckQuery(ToolDefinition tool, MapReader map)
    {
        if (tool.Method != ToolWords.Get || !tool.Input.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in properties.EnumerateObject().Where(p => !ReferenceScope.MayBe(p.Value, Plain)))
        {
            map.Problems.Report(map.LineOf("input"), $"input of {map.What} has '{property.Name}', a list or an object; a GET carries its input in the query, which takes texts, numbers and booleans");
        }
    }
}
