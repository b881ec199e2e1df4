using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DurableRouter.Tests.Injection;

/// <summary>Reads what a document hides: the attacks' disguises, undone.</summary>
static partial class HiddenText
{
    public const int FirstTag = 0xE0000;
    public const int FirstSelector = 0xFE00;
    public const int SeventeenthSelector = 0xE0100;

    /// <summary>The text as it stands and in every reading.</summary>
    public static string AllReadings(string text)
    {
        var folded = string.Concat(Unescape(text).Where(c => char.GetUnicodeCategory(c) != UnicodeCategory.Format).Select(Fold));
        var readings = new List<string> { text, folded, Rotate(folded), Tags(text), Selectors(text) };
        readings.AddRange(Backwards().Matches(text).Select(m => string.Concat(m.Groups[1].Value.Reverse())));
        readings.AddRange(Base64().Matches(folded).Select(m => FromBase64(m.Value)));
        readings.AddRange(Hex().Matches(folded).Where(m => m.Length % 2 == 0).Select(m => Encoding.UTF8.GetString(Convert.FromHexString(m.Value))));
        return string.Join('\n', readings);
    }

    public static string Rotate(string text) => string.Concat(text.Select(c => c switch
    {
        >= 'a' and <= 'z' => (char)('a' + (c - 'a' + 13) % 26),
        >= 'A' and <= 'Z' => (char)('A' + (c - 'A' + 13) % 26),
        _ => c,
    }));

    static string Tags(string text) => string.Concat(text.EnumerateRunes().Where(r => r.Value is >= FirstTag and < FirstTag + 0x80).Select(r => (char)(r.Value - FirstTag)));

    static string Selectors(string text) => Encoding.UTF8.GetString([.. text.EnumerateRunes()
        .Where(r => r.Value is (>= FirstSelector and < FirstSelector + 16) or (>= SeventeenthSelector and < SeventeenthSelector + 240))
        .Select(r => (byte)(r.Value < SeventeenthSelector ? r.Value - FirstSelector : r.Value - SeventeenthSelector + 16))]);

    static char Fold(char c) => c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : Disguise.Latin(c);

    static string Unescape(string text) => Escapes().Replace(text, m => ((char)int.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    static string FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes.AsSpan(0, length)) : "";
    }

    [GeneratedRegex("[A-Za-z0-9+/]{12,}={0,2}")]
    private static partial Regex Base64();

    [GeneratedRegex("\u202e([^\u202c]*)\u202c")]
    private static partial Regex Backwards();

    [GeneratedRegex("[0-9A-F]{12,}")]
    private static partial Regex Hex();

    [GeneratedRegex(@"\\u([0-9a-fA-F]{4})")]
    private static partial Regex Escapes();
}
