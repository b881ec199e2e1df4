using System.Text;

namespace DurableRouter.Simulation;

/// <summary>Counts tokens as a quarter of the UTF-8 bytes, the usual rule of thumb for English; exact for no real tokenizer.</summary>
static class TokenEstimate
{
    const int BytesPerToken = 4;

    /// <summary>What a chat format adds around one message.</summary>
    public const int PerMessage = 4;

    public static int Of(string text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;

    /// <summary>The longest start of the text that counts at most this many tokens, cut between characters.</summary>
    public static string Cut(string text, int tokens)
    {
        var left = (long)tokens * BytesPerToken;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }
}
