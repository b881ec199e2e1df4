using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Answering;

/// <summary>
/// Gives findings the shape of a JSON Schema that it has never seen: each property takes what its name, type and format ask for.
/// What was not found becomes null where the schema allows it, else an empty value and a note.
/// </summary>
sealed class SchemaFiller(JsonObject root, Findings findings)
{
    const int MaxDepth = 16;
    readonly ValueLookup lookup = new(findings);

    public JsonNode? Fill() => Node(root, [], null, 0, out _);

    JsonNode? Node(JsonObject schema, IReadOnlyList<string> words, Fact? fact, int depth, out bool found)
    {
        schema = Resolve(schema);
        if (schema["const"] is { } constant)
        {
            found = true;
            return constant.DeepClone();
        }

        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray branches)
        {
            return Branch(branches.OfType<JsonObject>().Select(Resolve).ToList(), words, fact, depth, out found);
        }

        var types = Types(schema);
        var node = schema["enum"] is JsonArray choices
            ? Choice(choices, words, fact, out found)
            : types.FirstOrDefault(t => t != "null") switch
            {
                "object" => Object(schema, words, fact, depth, out found),
                "array" => Array(schema, words, fact, depth, out found),
                "number" or "integer" => Number(schema, types.Contains("integer"), words, fact, out found),
                "boolean" => Boolean(words, fact, out found),
                "string" => Text(schema, words, fact, out found),
                _ => Nothing(out found),
            };
        var nullable = types.Contains("null") || (schema["enum"] as JsonArray)?.Any(c => c is null) == true;
        if (!found && nullable)
        {
            return null;
        }

        if (!found && fact is null && words.Count > 0 && node is JsonValue && depth > 0)
        {
            findings.Notes.Add($"Not found: {string.Join(' ', words)}.");
        }

        return node;
    }

    JsonNode? Branch(List<JsonObject> branches, IReadOnlyList<string> words, Fact? fact, int depth, out bool found)
    {
        foreach (var branch in branches.Where(b => !IsNull(b)))
        {
            var notes = findings.Notes.Count;
            var node = Node(branch, words, fact, depth + 1, out found);
            if (found || (branch == branches.Last(b => !IsNull(b)) && !branches.Any(IsNull)))
            {
                return node;
            }

            findings.Notes.RemoveRange(notes, findings.Notes.Count - notes);
        }

        return Nothing(out found);
    }

    JsonObject Object(JsonObject schema, IReadOnlyList<string> words, Fact? fact, int depth, out bool found)
    {
        var properties = (schema["properties"] as JsonObject ?? []).Where(p => p.Value is JsonObject)
            .Select(p => (Name: p.Key, Words: PropertyMeaning.Words(p.Key), Schema: (JsonObject)p.Value!)).ToList();
        var required = (schema["required"] as JsonArray ?? []).Select(r => r?.GetValue<string>()).ToHashSet();
        var prefix = new List<string>();
        if (fact is null && PropertyMeaning.Kind(words) is { } kind)
        {
            // `total: {value, currency}` is one fact; `dates: {effective, expiry}` are several of one kind.
            if (properties.Any(p => PropertyMeaning.FieldsFor(p.Words, kind).Any()))
            {
                fact = FactChoice.Best(findings, kind, words) ?? new Fact(kind, new Dictionary<string, object>());
            }
            else
            {
                prefix.AddRange(words);
            }
        }

        var result = new JsonObject();
        found = false;
        foreach (var property in properties)
        {
            if (depth > MaxDepth && !required.Contains(property.Name))
            {
                continue;
            }

            var node = Node(property.Schema, [.. property.Words, .. prefix], fact, depth + 1, out var here);
            found |= here;
            if (here || required.Contains(property.Name))
            {
                result[property.Name] = node;
            }
        }

        if (fact is null)
        {
            Admit(result, properties.Select(p => (p.Name, p.Words, Resolve(p.Schema))));
        }

        return result;
    }

    JsonArray Array(JsonObject schema, IReadOnlyList<string> words, Fact? fact, int depth, out bool found)
    {
        var items = schema["items"] as JsonObject ?? [];
        var facts = fact is not null ? [fact] : depth > MaxDepth ? [] : lookup.List(words);
        var result = new JsonArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        // Within one fact an array holds that fact's own value ("evidence": [quote]), and the words still say which one.
        var itemWords = fact is null ? [] : words;
        foreach (var one in facts.Take(Bound(schema, "maxItems") ?? int.MaxValue))
        {
            var node = Node(items, itemWords, one, depth + 1, out var here);
            if (here && (node is JsonObject || seen.Add(LooseJson.Write(node))))
            {
                result.Add(node);
            }
        }

        found = result.Count > 0;
        while (result.Count < (Bound(schema, "minItems") ?? 0))
        {
            result.Add(Node(items, [], new Fact(FactKind.Point, new Dictionary<string, object>()), depth + 1, out _));
        }

        return result;
    }

    JsonNode? Choice(JsonArray choices, IReadOnlyList<string> words, Fact? fact, out bool found)
    {
        var wanted = lookup.Text(words, fact, date: false) ?? lookup.Number(words, fact)?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var chosen = EnumChoice.Pick(choices, wanted, fact is null ? lookup.Boolean(words) : null);
        found = chosen is not null;
        return (chosen ?? EnumChoice.Fallback(choices))?.DeepClone();
    }

    JsonNode Number(JsonObject schema, bool whole, IReadOnlyList<string> words, Fact? fact, out bool found)
    {
        var value = lookup.Number(words, fact);
        found = value is not null;
        return JsonValue.Create(Constraint.Number(schema, value ?? 0, whole));
    }

    JsonNode Boolean(IReadOnlyList<string> words, Fact? fact, out bool found)
    {
        var value = fact is null ? lookup.Boolean(words) : null;
        found = value is not null;
        return JsonValue.Create(value ?? false);
    }

    JsonNode Text(JsonObject schema, IReadOnlyList<string> words, Fact? fact, out bool found)
    {
        var format = schema["format"]?.GetValue<string>();
        var value = lookup.Text(words, fact, format == "date");
        var text = Constraint.Text(schema, value, out found);
        return JsonValue.Create(text);
    }

    /// <summary>Fills the properties that carry reservations, once all others are known.</summary>
    void Admit(JsonObject result, IEnumerable<(string Name, IReadOnlyList<string> Words, JsonObject Schema)> properties)
    {
        foreach (var (name, words, schema) in properties.Where(p => p.Words.Count > 0 && p.Words[^1] is "note" or "caveat" or "limitation"))
        {
            findings.Notes.RemoveAll(n => n == $"Not found: {string.Join(' ', words)}.");
            if (findings.Notes.Count > 0 && Types(schema).Contains("array"))
            {
                result[name] = new JsonArray(findings.Notes.Select(n => (JsonNode?)JsonValue.Create(n)).ToArray());
            }
            else if (findings.Notes.Count > 0 && Types(schema).Contains("string"))
            {
                result[name] = Constraint.Text(schema, string.Join(' ', findings.Notes.Distinct()), out _);
            }
        }
    }

    JsonObject Resolve(JsonObject schema)
    {
        for (var hops = 0; schema["$ref"]?.GetValue<string>() is { } reference && hops < MaxDepth; hops++)
        {
            JsonNode? at = root;
            foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                at = (at as JsonObject)?[part];
            }

            schema = at as JsonObject ?? [];
        }

        return schema;
    }

    static List<string> Types(JsonObject schema) => schema["type"] switch
    {
        JsonArray many => many.Select(t => t!.GetValue<string>()).ToList(),
        JsonValue one => [one.GetValue<string>()],
        _ => schema.ContainsKey("properties") ? ["object"] : schema.ContainsKey("items") ? ["array"] : ["string"],
    };

    static bool IsNull(JsonObject schema) => Types(schema) is ["null"];

    static int? Bound(JsonObject schema, string keyword) =>
        schema[keyword] is JsonValue v && v.GetValueKind() == JsonValueKind.Number ? (int)v.GetValue<decimal>() : null;

    static JsonNode? Nothing(out bool found)
    {
        found = false;
        return null;
    }
}
