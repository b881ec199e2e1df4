using System.Buffers;
using System.Text.Json;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>Makes what a tool is sent of a step's input: an object with one member per field, in declared order. The same fields always give the same
/// bytes, so what a person approved and what goes out later can't differ.</summary>
static class ToolPayload
{
    /// <returns>Null when a part of it lies in the content store, where workflow code can't look.</returns>
    public static JsonElement? Inline(IReadOnlyList<NamedField> fields) => fields.Any(f => f.Value.IsStored) ? null
        : Write(fields.Select(f => (f, f.Value.Inline ?? FieldValues.NullElement)));

    public static async ValueTask<JsonElement> ReadAsync(IReadOnlyList<NamedField> fields, IContentStore content, CancellationToken cancellationToken)
    {
        var values = new List<(NamedField, JsonElement)>(fields.Count);
        foreach (var field in fields)
        {
            values.Add((field, await FieldValues.ReadAsync(field.Value, content, cancellationToken)));
        }

        return Write(values);
    }

    static JsonElement Write(IEnumerable<(NamedField Field, JsonElement Value)> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (field, value) in values)
            {
                json.WritePropertyName(field.Name);
                Write(json, field, value);
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    static void Write(Utf8JsonWriter json, NamedField field, JsonElement value)
    {
        if (field.At is { } at)
        {
            value = value.ValueKind == JsonValueKind.Array && at >= 0 && at < value.GetArrayLength() ? value[at] : FieldValues.NullElement;
        }

        if ((field.Head ?? field.Tail) is not null && value.ValueKind == JsonValueKind.String)
        {
            json.WriteStringValue(Excerpt.Cut(value.GetString()!, field.Head, field.Tail));
        }
        else
        {
            value.WriteTo(json);
        }
    }
}
