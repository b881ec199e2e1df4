using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DurableRouter.Simulation;

/// <summary>Reads JSON that stands in text, and writes it as a model would: compact, unescaped.</summary>
static class LooseJson
{
    static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The first JSON object at or after this place; null when there is none that parses.</summary>
    public static JsonObject? FirstObject(string text, int from)
    {
        var start = text.IndexOf('{', from);
        if (start < 0)
        {
            return null;
        }

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text[start..]));
        try
        {
            return JsonNode.Parse(ref reader) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The whole text as an object or array; null for anything else, plain text included.</summary>
    public static JsonNode? Container(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length == 0 || trimmed[0] is not ('{' or '['))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text) is { } node and (JsonObject or JsonArray) ? node : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Write(JsonNode? node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Unescaped))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Every string in the tree with the property name that it stands under, arrays included.</summary>
    public static IEnumerable<(string Property, string Text)> Strings(JsonNode? node, string property = "") => node switch
    {
        JsonObject o => o.SelectMany(p => Strings(p.Value, p.Key)),
        JsonArray a => a.SelectMany(i => Strings(i, property)),
        JsonValue v when v.GetValueKind() == JsonValueKind.String => [(property, v.GetValue<string>())],
        _ => [],
    };
}
