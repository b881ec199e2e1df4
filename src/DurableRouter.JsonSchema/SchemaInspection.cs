using System.Runtime.InteropServices;
using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>Faults of a schema's text that no keyword is to blame for; a schema that has one is not compiled further.</summary>
static class SchemaInspection
{
    /// <summary>Levels of JSON in a schema, values of <c>enum</c>, <c>default</c> and the like included.</summary>
    public const int MaximumDepth = 200;

    public static void Inspect(JsonElement element, string pointer, List<SchemaIssue> issues, int depth = 0)
    {
        if (depth > MaximumDepth)
        {
            issues.Add(new SchemaIssue(pointer, $"the schema is nested deeper than {MaximumDepth} levels of JSON"));
            return;
        }
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                InspectMembers(element, pointer, issues, depth);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Inspect(item, $"{pointer}/{index++}", issues, depth + 1);
                }

                break;
            case JsonValueKind.String when IsBroken(JsonText.Raw(element)):
                issues.Add(new SchemaIssue(pointer, "the text holds half of a surrogate pair or bytes that are not UTF-8"));
                break;
        }
    }

    static void InspectMembers(JsonElement element, string pointer, List<SchemaIssue> issues, int depth)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (IsBroken(JsonMarshal.GetRawUtf8PropertyName(property)))
            {
                issues.Add(new SchemaIssue(pointer, "a name holds half of a surrogate pair or bytes that are not UTF-8"));
                continue;
            }
            var place = $"{pointer}/{JsonPointer.Escape(property.Name)}";
            if (!names.Add(property.Name))
            {
                issues.Add(new SchemaIssue(place, $"'{property.Name}' stands twice in the same object"));
            }

            Inspect(property.Value, place, issues, depth + 1);
        }
    }

    static bool IsBroken(ReadOnlySpan<byte> raw)
    {
        using var text = new JsonText(raw, stackalloc char[JsonText.ScratchLength]);
        return text.IsBroken;
    }
}
