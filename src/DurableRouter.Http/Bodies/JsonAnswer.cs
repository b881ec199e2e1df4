using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Bodies;

/// <summary>An answer that writes itself as UTF-8 JSON, without strings or object graphs in between.</summary>
/// <remarks>The body is built in a buffer that its thread keeps, because a body of known length needs no chunked framing.</remarks>
public abstract class JsonAnswer : IResult
{
    const int KeptBuffer = 64 * 1024;

    // Relaxed: the answers are JSON documents with their own media type and nosniff, never parts of a page.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? s_kept;

    protected virtual string ContentType => "application/json; charset=utf-8";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusOf(httpContext);
        response.ContentType = ContentType;
        response.Headers.XContentTypeOptions = "nosniff";
        Fill(httpContext);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    /// <summary>The status code; sets headers too.</summary>
    protected abstract int StatusOf(HttpContext context);

    protected abstract void Write(Utf8JsonWriter json, HttpContext context);

    void Fill(HttpContext context)
    {
        var (buffer, json) = s_kept ?? (new ArrayBufferWriter<byte>(1024), new Utf8JsonWriter(Stream.Null, Options));
        s_kept = null;
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        Write(json, context);
        json.Flush();
        context.Response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.BodyWriter.Write(buffer.WrittenSpan);
        }

        if (buffer.Capacity <= KeptBuffer)
        {
            s_kept = (buffer, json);
        }
    }
}
