using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace DurableRouter.Core.Values;

/// <summary>Text of documents, models and people, made harmless for the place where it is shown.</summary>
public static class ShownText
{
    /// <summary>For a terminal: control and format characters (escape sequences, direction overrides) and what nobody would see become visible; line
    /// breaks and tabs stay.</summary>
    public static string Terminal(string text)
    {
        var at = 0;
        while (at < text.Length && text[at] is >= ' ' and <= '~' or '\n' or '\t')
        {
            at++;
        }

        if (at == text.Length)
        {
            return text;
        }

        var safe = new StringBuilder(text, 0, at, text.Length + 16);
        var before = 0;
        while (at < text.Length)
        {
            var isWhole = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) == OperationStatus.Done;
            var units = text.AsSpan(at, length);
            if (isWhole && (IsHarmless(rune) || IsEmojiStyle(rune.Value, before)))
            {
                safe.Append(units);
            }
            else if (rune.Value != '\r')
            {
                foreach (var unit in units)
                {
                    safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                }
            }

            before = rune.Value;
            at += length;
        }

        return safe.ToString();
    }

    /// <summary>For the content of an HTML element or a quoted attribute.</summary>
    public static string Html(string text) => WebUtility.HtmlEncode(Terminal(text)).Replace("`", "&#96;", StringComparison.Ordinal);

    /// <summary>For Markdown: every character that could begin a link, an image, a heading, a table or HTML is escaped, and addresses don't become links.</summary>
    public static string Markdown(string text)
    {
        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in Terminal(text))
        {
            safe.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                // The entity shows the same; no renderer takes what follows for an address.
                ':' => "&#58;",
                '@' => "&#64;",
                _ when char.IsAscii(c) && char.IsPunctuation(c) || c is '`' or '|' or '~' or '^' or '$' or '+' or '=' => "\\" + c,
                _ => c.ToString(),
            });
        }

        return safe.ToString();
    }

    /// <summary>One field of a CSV file (RFC 4180), quoted; what a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public static string Csv(string text)
    {
        var shown = Terminal(text);
        var first = shown.AsSpan().TrimStart();
        var formula = first.Length > 0 && first[0] is '=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20' || shown.StartsWith('\t') || shown.StartsWith('\n');
        return $"\"{(formula ? "'" : "")}{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    static bool IsHarmless(Rune rune) => rune.Value is '\n' or '\t'
        || (!InvisibleText.IsInvisible(rune.Value) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    /// <summary>The one selector after a symbol that asks for its picture or its plain form. A row of them would be hidden text.</summary>
    static bool IsEmojiStyle(int codePoint, int before) =>
        codePoint is 0xFE0E or 0xFE0F && Rune.IsValid(before) && Rune.GetUnicodeCategory(new Rune(before)) == UnicodeCategory.OtherSymbol;
}
