using System.Globalization;
using System.Text;

namespace DurableRouter.Local.Output;

/// <summary>Text of documents, models and people, made harmless for a terminal.</summary>
static class SafeText
{
    /// <summary>Control and format characters (escape sequences, direction overrides) become visible; line breaks and tabs stay.</summary>
    public static string Of(string text)
    {
        var at = 0;
        while (at < text.Length && IsHarmless(text[at]))
        {
            at++;
        }

        if (at == text.Length)
        {
            return text;
        }

        var safe = new StringBuilder(text, 0, at, text.Length + 16);
        foreach (var c in text.AsSpan(at))
        {
            if (IsHarmless(c))
            {
                safe.Append(c);
            }
            else if (c != '\r')
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        return safe.ToString();
    }

    /// <summary>The same on one line, cut to a length.</summary>
    public static string Line(string text, int length)
    {
        var line = string.Join(' ', Of(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..(length - 1)] + "…";
    }

    static bool IsHarmless(char c) => c is '\n' or '\t' || char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
