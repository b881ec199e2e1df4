using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>
/// What OpenAI's <c>strict: true</c> asks of a schema beyond the subset enforced here (its guide to structured outputs: every property
/// required, no others allowed, an object at the root, size limits). A schema that breaks it is sent without the flag.
/// </summary>
static class StrictMode
{
    const int MaximumNesting = 10;
    const int MaximumProperties = 5_000;
    const int MaximumEnumValues = 1_000;

    // Enforced here, but not listed among the keywords that strict mode takes.
    static readonly string[] Unlisted = ["minLength", "maxLength", "default", "examples"];

    public static IReadOnlyList<SchemaIssue> FindObstacles(JsonElement root)
    {
        var obstacles = new List<SchemaIssue>();
        if (!root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("object"))
        {
            obstacles.Add(new SchemaIssue("", "strict mode wants the type 'object' at the root"));
        }

        if (root.TryGetProperty("anyOf", out _))
        {
            obstacles.Add(new SchemaIssue("/anyOf", "strict mode takes no 'anyOf' at the root"));
        }

        var totals = new Totals();
        Inspect(root, "", 1, obstacles, totals);
        if (totals.Properties > MaximumProperties)
        {
            obstacles.Add(new SchemaIssue("", $"strict mode takes at most {MaximumProperties} properties"));
        }

        if (totals.EnumValues > MaximumEnumValues)
        {
            obstacles.Add(new SchemaIssue("", $"strict mode takes at most {MaximumEnumValues} enum values"));
        }

        return obstacles;
    }

    static void Inspect(JsonElement schema, string pointer, int nesting, List<SchemaIssue> obstacles, Totals totals)
    {
        if (schema.TryGetProperty("$ref", out _) && schema.GetPropertyCount() > 1)
        {
            obstacles.Add(new SchemaIssue($"{pointer}/$ref", "strict mode takes no other keyword beside '$ref'"));
        }

        if (!schema.EnumerateObject().Any(keyword => keyword.Name is "type" or "anyOf" or "$ref" or "enum" or "const"))
        {
            obstacles.Add(new SchemaIssue(pointer, "strict mode wants a 'type'"));
        }

        foreach (var name in Unlisted)
        {
            if (schema.TryGetProperty(name, out _))
            {
                obstacles.Add(new SchemaIssue($"{pointer}/{name}", $"strict mode does not take '{name}'"));
            }
        }
        if (schema.TryGetProperty("enum", out var values))
        {
            totals.EnumValues += values.GetArrayLength();
        }

        if (Names(schema, "object"))
        {
            InspectObject(schema, pointer, nesting, obstacles, totals);
        }

        if (schema.TryGetProperty("items", out var items))
        {
            Inspect(items, $"{pointer}/items", nesting, obstacles, totals);
        }
        else if (Names(schema, "array"))
        {
            obstacles.Add(new SchemaIssue(pointer, "strict mode wants 'items' for an array"));
        }

        if (schema.TryGetProperty("anyOf", out var alternatives))
        {
            var index = 0;
            foreach (var alternative in alternatives.EnumerateArray())
            {
                Inspect(alternative, $"{pointer}/anyOf/{index++}", nesting, obstacles, totals);
            }
        }
        if (schema.TryGetProperty("$defs", out var definitions))
        {
            foreach (var definition in definitions.EnumerateObject())
            {
                Inspect(definition.Value, $"{pointer}/$defs/{JsonPointer.Escape(definition.Name)}", 1, obstacles, totals);
            }
        }
    }

    static void InspectObject(JsonElement schema, string pointer, int nesting, List<SchemaIssue> obstacles, Totals totals)
    {
        if (nesting == MaximumNesting + 1)
        {
            obstacles.Add(new SchemaIssue(pointer, $"strict mode takes at most {MaximumNesting} levels of objects"));
        }

        if (!schema.TryGetProperty("additionalProperties", out var others) || others.ValueKind != JsonValueKind.False)
        {
            obstacles.Add(new SchemaIssue(pointer, "strict mode wants 'additionalProperties: false'"));
        }

        var required = schema.TryGetProperty("required", out var names)
            ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet()
            : [];
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return;
        }

        foreach (var property in properties.EnumerateObject())
        {
            totals.Properties++;
            var place = $"{pointer}/properties/{JsonPointer.Escape(property.Name)}";
            if (!required.Contains(property.Name))
            {
                obstacles.Add(new SchemaIssue(place, $"strict mode wants '{property.Name}' in 'required'"));
            }

            Inspect(property.Value, place, nesting + 1, obstacles, totals);
        }
    }

    static bool Names(JsonElement schema, string type)
    {
        if (type == "object" && schema.TryGetProperty("properties", out _))
        {
            return true;
        }

        if (!schema.TryGetProperty("type", out var types))
        {
            return false;
        }

        return types.ValueKind == JsonValueKind.String
            ? types.ValueEquals(type)
            : types.EnumerateArray().Any(item => item.ValueEquals(type));
    }

    sealed class Totals
    {
        public int Properties { get; set; }

        public int EnumValues { get; set; }
    }
}
