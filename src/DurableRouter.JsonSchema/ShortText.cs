using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>Text of unknown length and value, cut for messages.</summary>
public static class ShortText
{
    public const int DefaultLength = 60;
    const int PointerLength = 200;

    /// <summary>The beginning of a text, never cut within a surrogate pair.</summary>
    public static string Of(string text, int length = DefaultLength)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "...");
    }

    /// <summary>The beginning of a value's JSON. Works for text that cannot be read.</summary>
    public static string Of(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        return Of(Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, DefaultLength * 4)]));
    }

    /// <summary>The beginning of a JSON pointer.</summary>
    public static string OfPointer(string pointer) => Of(pointer, PointerLength);
}
