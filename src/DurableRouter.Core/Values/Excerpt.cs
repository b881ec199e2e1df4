using System.Text;
using System.Text.Json;

namespace DurableRouter.Core.Values;

/// <summary>Values and texts of unknown length, cut for prompts and messages.</summary>
static class Excerpt
{
    /// <summary>Longer problems and issues are cut: they quote what models wrote.</summary>
    public const int MaxLine = 600;

    /// <summary>A field's text: strings as they are, other values as compact JSON, cut to the first or last so many characters.</summary>
    public static string Content(JsonElement value, int? head, int? tail) =>
        Cut(value.ValueKind == JsonValueKind.String ? value.GetString()! : FieldValues.Text(value), head, tail);

    /// <summary>The first or last so many characters.</summary>
    public static string Cut(string text, int? head, int? tail)
    {
        if (head < text.Length)
        {
            // Half of a surrogate pair is no text.
            return text[..(char.IsHighSurrogate(text[Math.Max(head.Value - 1, 0)]) ? head.Value - 1 : head.Value)];
        }

        if (tail < text.Length)
        {
            var start = text.Length - tail.Value;
            return text[(start < text.Length && char.IsLowSurrogate(text[start]) ? start + 1 : start)..];
        }

        return text;
    }

    /// <summary>One line of at most <see cref="MaxLine"/> characters: what a model wrote can't begin a line of its own.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, MaxLine));
        foreach (var c in text)
        {
            if (line.Length == MaxLine)
            {
                break;
            }

            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        }

        return line.ToString();
    }
}
