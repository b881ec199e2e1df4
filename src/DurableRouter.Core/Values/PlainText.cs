namespace DurableRouter.Core.Values;

/// <summary>A text without its typography: what full-width letters, invisible characters and odd spaces can't hide from.</summary>
static class PlainText
{
    public static string Of(string text) => new FoldedText(text, keepHyphens: true).Text.ToString();

    /// <summary>The same for a part of a text: white space at its ends says that a word begins or ends there.</summary>
    public static string Part(string text) => text.Trim().Length == 0 ? text
        : $"{(char.IsWhiteSpace(text[0]) ? " " : "")}{Of(text)}{(char.IsWhiteSpace(text[^1]) ? " " : "")}";

    /// <summary>The text in each way that the hyphens at its lines' ends can be read.</summary>
    public static IEnumerable<string> Readings(string text)
    {
        var joined = new FoldedText(text, keepHyphens: false);
        yield return joined.Text.ToString();
        if (joined.HasBrokenWords)
        {
            yield return Of(text);
        }
    }
}
