namespace DurableRouter.Core.Values;

/// <summary>A medium as it travels: a data URL, <c>data:image/png;base64,...</c>.</summary>
/// <param name="Type">The media type, such as <c>image/png</c>.</param>
/// <param name="Base64">The bytes.</param>
sealed record MediaValue(string Type, string Base64)
{
    /// <summary>Tokens of one image at the most: what the dearest model bills for the largest one that it takes (OpenAI's gpt-4o-mini, 2,833 and
    /// 5,667 for each of eight tiles).</summary>
    public const int ImageTokens = 50_000;

    /// <summary>Base64 characters behind one token of sound at the least: 32 tokens a second (Gemini) of the leanest recording, 8 kbit/s.</summary>
    public const int AudioCharactersPerToken = 40;

    static readonly (string Type, string Kind, Func<ReadOnlySpan<byte>, bool> Fits)[] Types =
    [
        ("image/png", MediaKinds.Image, b => b.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])),
        ("image/jpeg", MediaKinds.Image, b => b.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])),
        ("image/gif", MediaKinds.Image, b => b.StartsWith("GIF87a"u8) || b.StartsWith("GIF89a"u8)),
        ("image/webp", MediaKinds.Image, b => b.Length > 12 && b.StartsWith("RIFF"u8) && b[8..].StartsWith("WEBP"u8)),
        ("audio/wav", MediaKinds.Audio, b => b.Length > 12 && b.StartsWith("RIFF"u8) && b[8..].StartsWith("WAVE"u8)),
        ("audio/mpeg", MediaKinds.Audio, b => b.StartsWith("ID3"u8) || (b.Length > 1 && b[0] == 0xFF && (b[1] & 0xE0) == 0xE0)),
    ];

    /// <summary>The data URL again.</summary>
    public string Url => $"data:{Type};base64,{Base64}";

    /// <summary>Reads a data URL without looking at its bytes.</summary>
    public static MediaValue? Read(string url)
    {
        const string Middle = ";base64,";
        var at = url.IndexOf(Middle, StringComparison.Ordinal);
        return at > 0 && url.StartsWith("data:", StringComparison.Ordinal) ? new MediaValue(url["data:".Length..at], url[(at + Middle.Length)..]) : null;
    }

    /// <summary>The media check: is the value a data URL of this kind, and are its bytes what it says?</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Problem(string kind, string value)
    {
        var allowed = string.Join(", ", Types.Where(t => t.Kind == kind).Select(t => t.Type));
        if (Read(value) is not { } media || !Types.Any(t => t.Kind == kind && t.Type == media.Type))
        {
            return $"must be a data URL with base64 of one of {allowed}";
        }

        if (!System.Buffers.Text.Base64.IsValid(media.Base64))
        {
            return "is not base64 behind the comma";
        }

        Span<byte> head = stackalloc byte[15];
        return media.Base64.Length >= 20 && Convert.TryFromBase64Chars(media.Base64.AsSpan(0, 20), head, out var written)
            && Types.First(t => t.Type == media.Type).Fits(head[..written])
            ? null : $"says {media.Type}, and its bytes are something else";
    }
}
