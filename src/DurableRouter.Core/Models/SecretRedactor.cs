using System.Text;
using System.Text.RegularExpressions;

namespace DurableRouter.Core.Models;

/// <summary>Makes a provider's text fit for ledgers and logs: without the key it was given, in one line, at most 1 KiB.</summary>
/// <param name="secret">The key in use; null when there is none or it is a token that changes.</param>
sealed partial class SecretRedactor(string? secret)
{
    public const int MaxBytes = 1024;
    const string Mask = "[redacted]";

    // Providers echo a key in part, too ("sk-ab...wxyz"): any fragment this long is masked.
    const int Fragment = 6;

    // Enough to judge what is kept; more would only cost time.
    const int MaxChars = 4 * MaxBytes;

    /// <summary>Whether the text holds the whole key.</summary>
    public bool IsIn(string? text) => secret is { Length: >= Fragment } && text?.Contains(secret, StringComparison.Ordinal) == true;

    public string Clean(string text)
    {
        text = text.Length > MaxChars ? text[..MaxChars] : text;
        text = TokenLike().Replace(MaskSecret(text), Mask);
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return Cut(line.ToString());
    }

    string MaskSecret(string text)
    {
        if (secret is null || secret.Length < Fragment)
        {
            return string.IsNullOrEmpty(secret) ? text : text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var length = 0;
            if (at + Fragment <= text.Length && secret.AsSpan().Contains(text.AsSpan(at, Fragment), StringComparison.Ordinal))
            {
                length = Fragment;
                while (at + length < text.Length && secret.AsSpan().Contains(text.AsSpan(at, length + 1), StringComparison.Ordinal))
                {
                    length++;
                }
            }

            if (length > 0)
            {
                result.Append(Mask);
                at += length;
            }
            else
            {
                result.Append(text[at++]);
            }
        }

        return result.ToString();
    }

    static string Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxBytes)
        {
            return text;
        }

        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes - 3)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, length), "...");
    }

    // Bearer headers, JSON web tokens and the common key prefix, whoever they belong to.
    [GeneratedRegex(@"\bBearer\s+\S+|\beyJ[A-Za-z0-9_\-.]{8,}|\bsk-[A-Za-z0-9_\-*.]{8,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TokenLike();
}
