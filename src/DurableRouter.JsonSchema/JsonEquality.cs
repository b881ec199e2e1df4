using System.Runtime.InteropServices;
using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>JSON Schema's equality: numbers by value, objects without order, arrays in order.</summary>
/// <remarks>
/// <see cref="JsonElement.DeepEquals"/> throws on half surrogate pairs and on exponents beyond an int; a model may send both.
/// </remarks>
static class JsonEquality
{
    /// <param name="expected">A schema's value: small, readable, without repeated keys.</param>
    /// <param name="actual">Anything.</param>
    public static bool AreEqual(JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind)
        {
            return false;
        }

        return expected.ValueKind switch
        {
            JsonValueKind.Number => ExactNumber.Of(expected).CompareTo(ExactNumber.Of(actual)) == 0,
            JsonValueKind.String => SameText(expected, actual),
            JsonValueKind.Array => SameItems(expected, actual),
            JsonValueKind.Object => SameProperties(expected, actual),
            _ => true,
        };
    }

    static bool SameText(JsonElement expected, JsonElement actual)
    {
        using var text = new JsonText(JsonText.Raw(actual), stackalloc char[JsonText.ScratchLength]);
        return !text.IsBroken && expected.ValueEquals(text.Chars);
    }

    static bool SameItems(JsonElement expected, JsonElement actual)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
        {
            return false;
        }

        var items = actual.EnumerateArray();
        foreach (var item in expected.EnumerateArray())
        {
            if (!items.MoveNext() || !AreEqual(item, items.Current))
            {
                return false;
            }
        }
        return true;
    }

    static bool SameProperties(JsonElement expected, JsonElement actual)
    {
        if (expected.GetPropertyCount() != actual.GetPropertyCount())
        {
            return false;
        }

        Span<char> scratch = stackalloc char[JsonText.ScratchLength];
        foreach (var property in actual.EnumerateObject())
        {
            using var name = new JsonText(JsonMarshal.GetRawUtf8PropertyName(property), scratch);
            if (name.IsBroken || !expected.TryGetProperty(name.Chars, out var wanted) || !AreEqual(wanted, property.Value))
            {
                return false;
            }
        }
        return true;
    }
}
