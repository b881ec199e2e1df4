using DurableRouter.Core.Values;

namespace DurableRouter.Core.Checks;

/// <summary>Exact search that finds whole words only, in time linear in text and passage for any input (Knuth, Morris and Pratt).</summary>
static class PassageSearch
{
    // The vectorised search is quadratic in the worst case; on a head this short that is a small constant.
    const int HeadLength = 16;

    /// <returns>Index of the first occurrence that cuts no word, or -1.</returns>
    public static int IndexOf(ReadOnlySpan<char> text, ReadOnlySpan<char> passage)
    {
        if (passage.Length == 0 || passage.Length > text.Length)
        {
            return -1;
        }

        var borders = Borders(passage);
        var head = passage[..Math.Min(HeadLength, passage.Length)];
        var matched = 0;
        var at = 0;
        while (true)
        {
            if (matched == 0)
            {
                var step = text[at..].IndexOf(head, StringComparison.Ordinal);
                if (step < 0)
                {
                    return -1;
                }

                at += step + head.Length;
                matched = head.Length;
            }
            while (matched < passage.Length && at < text.Length && text[at] == passage[matched])
            {
                at++;
                matched++;
            }
            if (matched == passage.Length)
            {
                var start = at - matched;
                if (!FoldedText.CutsWord(text, start) && !FoldedText.CutsWord(text, at))
                {
                    return start;
                }
            }
            if (at == text.Length)
            {
                return -1;
            }

            matched = borders[matched - 1];
        }
    }

    /// <summary>For each prefix of the passage, the length of its longest proper prefix that is also its suffix.</summary>
    static int[] Borders(ReadOnlySpan<char> passage)
    {
        var borders = new int[passage.Length];
        var length = 0;
        for (var i = 1; i < passage.Length; i++)
        {
            while (length > 0 && passage[i] != passage[length])
            {
                length = borders[length - 1];
            }

            if (passage[i] == passage[length])
            {
                length++;
            }

            borders[i] = length;
        }
        return borders;
    }
}
