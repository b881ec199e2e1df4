using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;

namespace DurableRouter.Core.Models;

/// <summary>Reads the body of a successful answer, whole JSON or a stream of events, whichever came.</summary>
static class ReplyBody
{
    /// <exception cref="System.Text.Json.JsonException">Neither.</exception>
    /// <exception cref="ModelCallException">Code <c>reply_too_large</c>.</exception>
    public static async Task ReadAsync(PipelineResponse response, ChatReply reply, CallDeadline deadline)
    {
        await using var stream = new ReplyStream(response.ContentStream ?? Stream.Null, deadline);
        if (response.Headers.TryGetValue("Content-Type", out var type) && type?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            reply.Streamed = true;
            await ReadEventsAsync(stream, reply, deadline.Token);
            return;
        }

        using var body = new PooledBuffer(8 * 1024);
        int count;
        do
        {
            count = await stream.ReadAsync(body.GetMemory(2048), deadline.Token);
            body.Advance(count);
        }
        while (count > 0);
        if (body.Length > 0)
        {
            ChatReplyReader.Read(body.Written.Span, reply);
        }

        reply.Done = true;
    }

    static async Task ReadEventsAsync(Stream stream, ChatReply reply, CancellationToken cancellationToken)
    {
        var events = SseParser.Create(stream, (type, data) => ReadEvent(type, data, reply));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            if (!item.Data)
            {
                return;
            }
        }
    }

    /// <returns>False when nothing more is to come.</returns>
    static bool ReadEvent(string type, ReadOnlySpan<byte> data, ChatReply reply)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            reply.Done = true;
            return false;
        }

        if (data.Length > 0)
        {
            ChatReplyReader.Read(data, reply);
            if (type == "error")
            {
                reply.Error ??= ProviderError.FromBody(data.ToArray());
            }
        }

        return reply.Error is null;
    }
}
