using System.Text.Json;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>Reads a JSON Schema written in YAML; its faults are reported where they stand.</summary>
static class SchemaReader
{
    /// <summary>Stands in for a schema that is missing or faulty.</summary>
    public static readonly JsonElement AnyObject = Parse("""{"type":"object"}""");

    /// <returns>Null when the node is no object schema; the reason is reported.</returns>
    public static JsonElement? Read(ConfigNode node, ProblemReporter problems, string what)
    {
        if (node is not MappingNode)
        {
            problems.Report(node, $"{what} must be a map, not {node.Kind}");
            return null;
        }

        var schema = YamlScalar.ToJson(node, problems);
        if (!schema.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "object")
        {
            problems.Report(node.LineAt("/type"), $"{what} must be a JSON Schema with 'type: object'");
            return null;
        }

        // A faulty schema still tells which fields there are, so references to it are checked all the same.
        foreach (var issue in CompiledSchema.Load(schema).Issues)
        {
            problems.Report(node.LineAt(issue.Pointer), $"{what}{(issue.Pointer.Length == 0 ? "" : $" at {issue.Pointer}")}: {issue.Message}");
        }

        return schema;
    }

    static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
