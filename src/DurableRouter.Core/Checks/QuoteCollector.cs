using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Values;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Checks;

/// <summary>Finds the quotes in a step's output by name, so that they can be checked without configuration.</summary>
/// <remarks>
/// Every property named <c>quote</c> or <c>evidence</c> counts, at any level: a string is a quote, each string of an array is one, objects
/// are searched for their own. Null and an empty array are quotes left out and come back empty, so that a claim without evidence does
/// not pass. Numbers and booleans under these names are something else, a price for instance, and are left alone.
/// </remarks>
static class QuoteCollector
{
    /// <param name="output">A value whose text is readable, as <see cref="JsonReply"/> ensures.</param>
    public static IReadOnlyList<Quote> Collect(JsonElement output)
    {
        var quotes = new List<Quote>();
        Walk(output, "", quotes);
        return quotes;
    }

    static void Walk(JsonElement value, string pointer, List<Quote> quotes)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                // Most properties hold neither quotes nor what could hold some: those cost nothing.
                if (property.NameEquals("quote"u8) || property.NameEquals("evidence"u8))
                {
                    Take(property.Value, Place(pointer, property), quotes);
                }
                else if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                {
                    Walk(property.Value, Place(pointer, property), quotes);
                }
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                Walk(item, Item(pointer, index++), quotes);
            }
        }
    }

    static void Take(JsonElement value, string pointer, List<Quote> quotes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                quotes.Add(new Quote(pointer, value.GetString()!));
                break;
            case JsonValueKind.Null:
                quotes.Add(new Quote(pointer, ""));
                break;
            case JsonValueKind.Array when value.GetArrayLength() == 0:
                quotes.Add(new Quote(pointer, ""));
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Take(item, Item(pointer, index++), quotes);
                }

                break;
            case JsonValueKind.Object:
                Walk(value, pointer, quotes);
                break;
        }
    }

    static string Place(string pointer, JsonProperty property) => $"{pointer}/{JsonPointer.Escape(property.Name)}";

    static string Item(string pointer, int index) => $"{pointer}/{index.ToString(CultureInfo.InvariantCulture)}";
}
