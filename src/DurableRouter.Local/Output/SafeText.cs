using DurableRouter.Core.Values;

namespace DurableRouter.Local.Output;

/// <summary>Text of documents, models and people, made harmless for a terminal.</summary>
static class SafeText
{
    /// <summary>See <see cref="ShownText.Terminal"/>.</summary>
    public static string Of(string text) => ShownText.Terminal(text);

    /// <summary>The same on one line, cut to a length.</summary>
    public static string Line(string text, int length)
    {
        var line = string.Join(' ', Of(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..(length - 1)] + "…";
    }
}
