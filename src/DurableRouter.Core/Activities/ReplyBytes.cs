using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace DurableRouter.Core.Activities;

/// <summary>The bytes of a tool's reply as text. The call has had its effect by then, so what can be read is read, and what can't is named: never a replacement
/// character in the place of what the tool said.</summary>
static class ReplyBytes
{
    // In this order: the mark of UTF-32 begins with that of UTF-16.
    static readonly Encoding[] Marked = [Strict(Encoding.UTF8), Strict(Encoding.UTF32), Strict(new UTF32Encoding(true, true)), Strict(Encoding.Unicode), Strict(Encoding.BigEndianUnicode)];

    static ReplyBytes() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <returns>The text, or what is wrong with the bytes.</returns>
    public static (string? Text, string? Problem) Read(ReadOnlyMemory<byte> body, string? contentType, string? contentEncoding, int maxBytes)
    {
        var (plain, problem) = Unpack(body, contentEncoding, maxBytes);
        if (problem is not null)
        {
            return (null, problem);
        }

        foreach (var marked in Marked)
        {
            var mark = marked.GetPreamble();
            if (plain.Span.StartsWith(mark))
            {
                return Decode(plain[mark.Length..], marked);
            }
        }

        var charset = MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.CharSet?.Trim('"', '\'', ' ') : null;
        try
        {
            return Decode(plain, string.IsNullOrEmpty(charset) ? Marked[0] : Strict(Encoding.GetEncoding(charset)));
        }
        catch (ArgumentException)
        {
            return (null, $"The reply's charset {Shown(charset!)} is not known.");
        }
    }

    static (ReadOnlyMemory<byte> Plain, string? Problem) Unpack(ReadOnlyMemory<byte> body, string? contentEncoding, int maxBytes)
    {
        // Nobody asked for it; some tools compress all the same, and not all of them say so.
        var encodings = (contentEncoding ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Reverse().ToList();
        if (encodings.Count == 0 && body.Span is [0x1f, 0x8b, 0x08, ..])
        {
            encodings.Add("gzip");
        }

        foreach (var encoding in encodings)
        {
            using var source = new MemoryStream(body.ToArray());
            using Stream? unpacked = encoding.ToLowerInvariant() switch
            {
                "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress),
                "deflate" => new ZLibStream(source, CompressionMode.Decompress),
                "br" => new BrotliStream(source, CompressionMode.Decompress),
                "identity" => source,
                _ => null,
            };
            if (unpacked is null)
            {
                return (default, $"The reply's content encoding {Shown(encoding)} is not known, and none was asked for.");
            }

            try
            {
                using var plain = new MemoryStream();
                var chunk = new byte[8 * 1024];
                int count;
                while ((count = unpacked.Read(chunk)) > 0)
                {
                    plain.Write(chunk, 0, count);
                    if (plain.Length > maxBytes)
                    {
                        return (default, $"The reply has more than {maxBytes} bytes when it is unpacked.");
                    }
                }

                body = plain.ToArray();
            }
            catch (InvalidDataException)
            {
                return (default, $"The reply says that it is {Shown(encoding)} and can't be unpacked.");
            }
        }

        return (body, null);
    }

    static (string? Text, string? Problem) Decode(ReadOnlyMemory<byte> plain, Encoding encoding)
    {
        try
        {
            return (encoding.GetString(plain.Span), null);
        }
        catch (DecoderFallbackException e)
        {
            return (null, $"The reply is no valid {encoding.WebName} at byte {e.Index}.");
        }
    }

    static Encoding Strict(Encoding encoding)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }

    static string Shown(string name) => name.Length <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':') ? name : "in its header";
}
