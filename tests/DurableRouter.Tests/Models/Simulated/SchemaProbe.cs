using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DurableRouter.Tests.Models.Simulated;

/// <summary>An independent check of the schema keywords that these tests use, kept apart from the product's validator on purpose.</summary>
static class SchemaProbe
{
    /// <summary>The first violation, or null.</summary>
    public static string? Problem(JsonObject schema, JsonNode? value, string at = "$")
    {
        if (schema["anyOf"] is JsonArray branches)
        {
            return branches.Any(b => Problem(b!.AsObject(), value, at) is null) ? null : $"{at}: no branch";
        }

        if (schema["enum"] is JsonArray choices && !choices.Any(c => JsonNode.DeepEquals(c, value)))
        {
            return $"{at}: not in enum";
        }

        if (schema["const"] is { } constant && !JsonNode.DeepEquals(constant, value))
        {
            return $"{at}: not const";
        }

        var types = schema["type"] switch { JsonArray a => a.Select(t => t!.GetValue<string>()).ToArray(), JsonValue v => [v.GetValue<string>()], _ => [] };
        return types.Length > 0 && !types.Any(t => IsType(t, value)) ? $"{at}: {value?.ToJsonString() ?? "null"} is not {string.Join('|', types)}"
            : value switch
            {
                JsonObject o => OfObject(schema, o, at),
                JsonArray a => OfArray(schema, a, at),
                JsonValue v => OfScalar(schema, v, at),
                _ => null,
            };
    }

    static string? OfObject(JsonObject schema, JsonObject value, string at)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        return (schema["required"]?.AsArray() ?? []).Select(r => r!.GetValue<string>()).Where(r => !value.ContainsKey(r)).Select(r => $"{at}: misses {r}")
            .Concat(value.Where(p => !properties.ContainsKey(p.Key)).Select(p => $"{at}: unknown {p.Key}"))
            .Concat(value.Where(p => properties.ContainsKey(p.Key)).Select(p => Problem(properties[p.Key]!.AsObject(), p.Value, $"{at}.{p.Key}")).OfType<string>())
            .FirstOrDefault();
    }

    static string? OfArray(JsonObject schema, JsonArray value, string at) =>
        value.Count < (schema["minItems"]?.GetValue<decimal>() ?? 0) || value.Count > (schema["maxItems"]?.GetValue<decimal>() ?? int.MaxValue)
            ? $"{at}: {value.Count} items"
            : value.Select((v, i) => Problem(schema["items"]?.AsObject() ?? [], v, $"{at}[{i}]")).FirstOrDefault(p => p is not null);

    static string? OfScalar(JsonObject schema, JsonValue value, string at)
    {
        if (value.GetValueKind() == JsonValueKind.Number)
        {
            var number = value.GetValue<decimal>();
            return number < (schema["minimum"]?.GetValue<decimal>() ?? decimal.MinValue) || number > (schema["maximum"]?.GetValue<decimal>() ?? decimal.MaxValue)
                ? $"{at}: out of range" : null;
        }

        return schema["pattern"] is { } pattern && value.GetValueKind() == JsonValueKind.String && !Regex.IsMatch(value.GetValue<string>(), pattern.GetValue<string>())
            ? $"{at}: pattern" : null;
    }

    static bool IsType(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("null", JsonValueKind.Null) => true,
        ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => value!.GetValue<decimal>() % 1 == 0,
        _ => false,
    };
}
