using System.Buffers;
using System.Text.Json;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Bodies;

/// <summary>Reads a request's whole body within the size limit.</summary>
public static class BodyReader
{
    /// <summary>UTF-8 bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    internal const string TooLarge = "A body may have 1 MiB (1048576 bytes). Nothing was kept; send less, or cut the input before.";

    /// <summary>Reads and parses a JSON body; the element owns its memory.</summary>
    /// <exception cref="RefusedException">Codes media_type_unsupported, body_too_large, json_invalid.</exception>
    public static async ValueTask<JsonElement> JsonAsync(HttpContext context)
    {
        if (!IsJson(context.Request.ContentType))
        {
            throw new RefusedException(HttpCodes.MediaTypeUnsupported,
                "The body must be application/json in UTF-8: set the Content-Type header. Nothing was kept.");
        }

        return await ReadAsync(context, static body => StrictJson.Parse(body));
    }

    /// <summary>Like <see cref="JsonAsync"/>, but a request without a body is null.</summary>
    public static async ValueTask<JsonElement?> OptionalJsonAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return null;
        }

        return await JsonAsync(context);
    }

    /// <summary>Hands the whole body to <paramref name="use"/>; the span is only valid during the call.</summary>
    /// <exception cref="RefusedException">Codes media_type_unsupported, body_too_large.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext context, Func<ReadOnlySpan<byte>, T> use)
    {
        if (context.Request.Headers.ContentEncoding.Any(e => !string.Equals(e, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new RefusedException(HttpCodes.MediaTypeUnsupported, "Compressed bodies are not read: send it without Content-Encoding. Nothing was kept.");
        }

        if (context.Request.ContentLength > MaxBytes)
        {
            throw new RefusedException(HttpCodes.BodyTooLarge, TooLarge);
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            var buffer = read.Buffer;
            if (buffer.Length > MaxBytes)
            {
                throw new RefusedException(HttpCodes.BodyTooLarge, TooLarge);
            }

            if (read.IsCompleted)
            {
                try
                {
                    return buffer.IsSingleSegment ? use(buffer.FirstSpan) : UseCopy(buffer, use);
                }
                finally
                {
                    reader.AdvanceTo(buffer.End);
                }
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    static T UseCopy<T>(ReadOnlySequence<byte> buffer, Func<ReadOnlySpan<byte>, T> use)
    {
        var length = (int)buffer.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            buffer.CopyTo(copy);
            return use(copy.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    static bool IsJson(string? contentType)
    {
        if (contentType is "application/json" or "application/json; charset=utf-8")
        {
            return true;
        }

        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var parsed) || parsed.MediaType is not { } type)
        {
            return false;
        }

        var utf8 = parsed.CharSet is null || parsed.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        var json = type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
        return utf8 && json;
    }
}
