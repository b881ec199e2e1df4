using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Simulation.Answering;
using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Roles;

/// <summary>Reads another step's JSON back into facts, by the same names that the answers are written under.</summary>
static class FactSheet
{
    public static Findings Read(JsonNode sheet)
    {
        var findings = new Findings();
        Walk(sheet, [], findings);
        return findings;
    }

    static void Walk(JsonNode? node, IReadOnlyList<string> words, Findings findings)
    {
        switch (node)
        {
            case JsonArray list when PropertyMeaning.Kind(words) is { } kind:
                findings[kind] = [.. findings[kind], .. list.Select(i => ToFact(i, kind)).OfType<Fact>()];
                break;
            case JsonObject o:
                foreach (var (name, value) in o)
                {
                    Walk(value, PropertyMeaning.Words(name), findings);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Walk(item, words, findings);
                }

                break;
            case JsonValue value when PropertyMeaning.Value(words) is { } name && value.GetValueKind() == JsonValueKind.String:
                findings.Values.TryAdd(name, value.GetValue<string>());
                break;
        }
    }

    static Fact? ToFact(JsonNode? item, FactKind kind)
    {
        var fields = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in item as JsonObject ?? [])
        {
            if (Scalar(value) is { } scalar && PropertyMeaning.FieldsFor(PropertyMeaning.Words(name), kind).FirstOrDefault(f => !fields.ContainsKey(f)) is { } field)
            {
                fields[field] = scalar;
            }
        }

        if (Scalar(item) is { } single)
        {
            fields[PropertyMeaning.Principal(kind)] = single;
        }

        return fields.Count == 0 ? null : new Fact(kind, fields);
    }

    static object? Scalar(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String when node.GetValue<string>() is { Length: > 0 } text => text,
        JsonValueKind.Number when decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
