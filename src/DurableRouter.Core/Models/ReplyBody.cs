using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace DurableRouter.Core.Models;

/// <summary>Reads the body of a successful answer, whole JSON or a stream of events, whichever came: its first byte tells, because gateways send either under the
/// type of the other.</summary>
static class ReplyBody
{
    /// <exception cref="JsonException">Neither.</exception>
    /// <exception cref="ModelCallException">Code <c>reply_too_large</c>.</exception>
    public static async Task ReadAsync(PipelineResponse response, ChatReply reply, CallDeadline deadline)
    {
        await using var stream = new ReplyStream(response.ContentStream ?? Stream.Null, deadline);
        var isNamed = response.Headers.TryGetValue("Content-Type", out var type) && type?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
        reply.Streamed = isNamed;
        if (await stream.BeginsWithEventsAsync(deadline.Token) ?? isNamed)
        {
            reply.Streamed = true;
            await ReadEventsAsync(stream, reply, deadline);
            return;
        }

        reply.Streamed = false;
        using var body = new PooledBuffer(8 * 1024);
        int count;
        do
        {
            count = await stream.ReadAsync(body.GetMemory(2048), deadline.Token);
            body.Advance(count);
            if (body.Length > ReplyStream.MaxPieceBytes)
            {
                throw ReplyStream.TooLarge(ReplyStream.MaxPieceBytes, deadline);
            }
        }
        while (count > 0);
        if (body.Length > 0)
        {
            ChatReplyReader.Read(body.Written.Span, reply);
        }

        reply.Done = true;
    }

    static async Task ReadEventsAsync(ReplyStream stream, ChatReply reply, CallDeadline deadline)
    {
        var events = SseParser.Create(stream, (type, data) =>
            data.Length <= ReplyStream.MaxPieceBytes ? ReadEvent(type, data, reply) : throw ReplyStream.TooLarge(ReplyStream.MaxPieceBytes, deadline));
        await foreach (var item in events.EnumerateAsync(deadline.Token))
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
        data = ChatReplyReader.WithoutMark(data);
        if (Ascii.EqualsIgnoreCase(data, "[DONE]"u8))
        {
            reply.Done = true;
            return false;
        }

        if (data is [(byte)'{', ..] or [(byte)'[', ..])
        {
            return ReadJson(type, data, reply);
        }

        // What is no JSON is no part of the answer: whether that is whole shows at its end.
        reply.HasNoise |= !IsKeepAlive(data);
        if (type == "error" && !reply.IsComplete)
        {
            reply.Error ??= ProviderError.FromBody(data.ToArray());
        }

        return reply.Error is null;
    }

    /// <summary>Gateways say in many words that they are still there.</summary>
    static bool IsKeepAlive(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || data[0] == ':' || data.Length > 64)
        {
            return data.Length <= 64;
        }

        var words = Encoding.UTF8.GetString(data);
        return words.Contains("keep", StringComparison.OrdinalIgnoreCase) || words.Contains("ping", StringComparison.OrdinalIgnoreCase)
            || words.Contains("heartbeat", StringComparison.OrdinalIgnoreCase) || words.Contains("processing", StringComparison.OrdinalIgnoreCase)
            || words.Contains("wait", StringComparison.OrdinalIgnoreCase);
    }

    static bool ReadJson(string type, ReadOnlySpan<byte> data, ChatReply reply)
    {
        var (isComplete, reason) = (reply.IsComplete, reply.FinishReason);
        try
        {
            ChatReplyReader.Read(data, reply);
        }
        catch (JsonException) when (isComplete)
        {
            return true; // the answer is there; what follows can only be its usage
        }

        if (isComplete)
        {
            (reply.Error, reply.FinishReason) = (null, reason);
            return true;
        }

        if (type == "error")
        {
            reply.Error ??= ProviderError.FromBody(data.ToArray());
        }

        return reply.Error is null;
    }
}
