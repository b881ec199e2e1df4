using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>Turns a schema's JSON into nodes and reports every fault on the way; the nodes count only when there was none.</summary>
sealed class SchemaCompiler(List<SchemaIssue> issues)
{
    /// <summary>Schemas within schemas.</summary>
    public const int MaximumNesting = 64;

    /// <summary>Schema objects in one schema.</summary>
    public const int MaximumSchemas = 10_000;

    readonly SchemaReferences _references = new(issues);
    int _schemas;

    public SchemaNode Compile(JsonElement schema)
    {
        SchemaInspection.Inspect(schema, "", issues);
        if (issues.Count > 0)
        {
            return new SchemaNode();
        }

        var root = CompileSchema(schema, "", 0);
        _references.Resolve(root);
        return root;
    }

    SchemaNode CompileSchema(JsonElement schema, string pointer, int nesting)
    {
        var node = new SchemaNode();
        if (schema.ValueKind != JsonValueKind.Object)
        {
            Report(pointer, "a schema must be an object");
            return node;
        }
        if (nesting > MaximumNesting)
        {
            Report(pointer, $"schemas are nested deeper than {MaximumNesting} levels");
            return node;
        }
        if (++_schemas > MaximumSchemas)
        {
            if (_schemas == MaximumSchemas + 1)
            {
                Report(pointer, $"there are more than {MaximumSchemas} schemas");
            }

            return node;
        }
        _references.Register(node, pointer);
        var keywords = new KeywordReader(pointer, issues);
        foreach (var keyword in schema.EnumerateObject())
        {
            CompileKeyword(node, keyword.Name, keyword.Value, keywords, nesting);
        }

        CompileObject(node, schema, keywords, nesting);
        keywords.CheckBounds(node);
        return node;
    }

    void CompileKeyword(SchemaNode node, string name, JsonElement value, KeywordReader keywords, int nesting)
    {
        var pointer = keywords.At(name);
        switch (name)
        {
            case "type":
                node.Types = keywords.ReadTypes(value);
                break;
            case "properties" or "required" or "additionalProperties":
                break; // Read together, by CompileObject.
            case "items":
                node.Items = CompileSchema(value, pointer, nesting + 1);
                break;
            case "anyOf":
                node.AnyOf = CompileAlternatives(value, pointer, nesting);
                break;
            case "$ref":
                _references.Add(node, value, pointer);
                break;
            case "$defs":
                CompileDefinitions(value, pointer, nesting);
                break;
            case "$id" when nesting > 0:
                Report(pointer, "'$id' is allowed at the root only, since it would change what '$ref' means");
                break;
            case "title" or "description" or "$schema" or "$id" or "$comment":
                if (value.ValueKind != JsonValueKind.String)
                {
                    Report(pointer, $"'{name}' must be a string");
                }

                break;
            case "examples":
                if (value.ValueKind != JsonValueKind.Array)
                {
                    Report(pointer, "'examples' must be an array");
                }

                break;
            case "default":
                break;
            default:
                if (!keywords.ReadAssertion(node, name, value))
                {
                    Report(pointer, $"'{name}' is not a keyword this program enforces");
                }

                break;
        }
    }

    void CompileObject(SchemaNode node, JsonElement schema, KeywordReader keywords, int nesting)
    {
        var hasProperties = schema.TryGetProperty("properties", out var properties);
        var hasRequired = schema.TryGetProperty("required", out var required);
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        if (!hasProperties && !hasRequired && !hasOthers)
        {
            return;
        }

        var needed = hasRequired ? keywords.ReadRequired(required) : [];
        var entries = new List<PropertyTable.Entry>();
        if (hasProperties && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in properties.EnumerateObject())
            {
                var place = $"{keywords.At("properties")}/{JsonPointer.Escape(property.Name)}";
                entries.Add(new(property.Name, CompileSchema(property.Value, place, nesting + 1), needed.Remove(property.Name)));
            }
        }
        else if (hasProperties)
        {
            Report(keywords.At("properties"), "'properties' must be an object");
        }
        if (hasOthers && others.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Report(keywords.At("additionalProperties"), "'additionalProperties' must be true or false");
        }

        var allowsOthers = !hasOthers || others.ValueKind == JsonValueKind.True;
        foreach (var (name, _) in needed.OrderBy(pair => pair.Value))
        {
            if (!allowsOthers)
            {
                Report(keywords.At("required"), $"'required' names '{name}', which 'properties' lacks and 'additionalProperties' forbids");
            }

            entries.Add(new(name, null, true));
        }
        node.Properties = new PropertyTable(entries, allowsOthers);
    }

    SchemaNode[]? CompileAlternatives(JsonElement value, string pointer, int nesting)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Report(pointer, "'anyOf' must be an array of at least one schema");
            return null;
        }
        return [.. value.EnumerateArray().Select((schema, index) => CompileSchema(schema, $"{pointer}/{index}", nesting + 1))];
    }

    void CompileDefinitions(JsonElement value, string pointer, int nesting)
    {
        if (nesting > 0)
        {
            Report(pointer, "'$defs' is allowed at the root only");
        }
        else if (value.ValueKind != JsonValueKind.Object)
        {
            Report(pointer, "'$defs' must be an object");
        }
        else
        {
            foreach (var definition in value.EnumerateObject())
            {
                var place = $"{pointer}/{JsonPointer.Escape(definition.Name)}";
                _references.Define(definition.Name, CompileSchema(definition.Value, place, 1));
            }
        }
    }

    void Report(string pointer, string message) => issues.Add(new SchemaIssue(pointer, message));
}
