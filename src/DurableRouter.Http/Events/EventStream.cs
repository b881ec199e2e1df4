using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DurableRouter.Http.Events;

/// <summary>Server-sent events of one run, from a place on, until the run ends or the stream's time is over; then the client comes back.</summary>
sealed class EventStream(RouterApi api, string runId, RunEventId after) : IResult
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly ArrayBufferWriter<byte> _buffer = new(1024);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await SendAllAsync(response, httpContext.RequestAborted);
    }

    async Task SendAllAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var last = after;
        var end = api.Clock.GetUtcNow() + api.Options.StreamLimit;
        await SendAsync(response, "retry: 2000\n\n"u8.ToArray(), cancellationToken);
        while (true)
        {
            var history = await api.Runs.HistoryAsync(runId, 0, cancellationToken);
            var ended = false;
            foreach (var told in RunEvents.Of(history))
            {
                // A resume may follow any of these, but none follows the end.
                ended = RunEventTypes.EndsRun(told.Type);
                if (told.Id.CompareTo(last) <= 0)
                {
                    continue;
                }

                await SendAsync(response, Frame(told), cancellationToken);
                last = told.Id;
            }

            var left = end - api.Clock.GetUtcNow();
            if (ended || left <= TimeSpan.Zero)
            {
                return;
            }

            var known = history.Count == 0 ? 0 : history[^1].Sequence;
            var heartbeat = api.Options.StreamHeartbeat;
            var waited = api.Clock.GetTimestamp();
            await api.Runs.WaitForHistoryAsync(runId, known, left < heartbeat ? left : heartbeat, cancellationToken);
            if (api.Clock.GetElapsedTime(waited) >= heartbeat)
            {
                await SendAsync(response, ": still here\n\n"u8.ToArray(), cancellationToken);
            }
        }
    }

    ReadOnlyMemory<byte> Frame(RunEvent told)
    {
        _buffer.ResetWrittenCount();
        _buffer.Write(Encoding.UTF8.GetBytes($"id: {told.Id}\nevent: {told.Type}\ndata: "));
        using (var json = new Utf8JsonWriter(_buffer, Options))
        {
            RunEventJson.Write(json, runId, told);
        }

        _buffer.Write("\n\n"u8);
        return _buffer.WrittenMemory;
    }

    static async Task SendAsync(HttpResponse response, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await response.BodyWriter.WriteAsync(bytes, cancellationToken);
}
