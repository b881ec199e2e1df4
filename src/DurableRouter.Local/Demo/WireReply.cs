using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DurableRouter.Local.Demo;

/// <summary>Writes chat completions as an OpenAI-compatible server does.</summary>
static class WireReply
{
    public static async Task StreamAsync(HttpResponse response, IAsyncEnumerable<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        await foreach (var update in updates.WithCancellation(cancellationToken))
        {
            await EventAsync(response, json => Write(json, "chat.completion.chunk", update.ModelId, "delta", update.Text, update.FinishReason,
                update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details), cancellationToken);
        }

        await response.BodyWriter.WriteAsync("data: [DONE]\n\n"u8.ToArray(), cancellationToken);
        await response.CompleteAsync();
    }

    public static async Task WholeAsync(HttpResponse response, ChatResponse answer, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json";
        var body = Json(json => Write(json, "chat.completion", answer.ModelId, "message", answer.Text, answer.FinishReason, answer.Usage));
        await response.BodyWriter.WriteAsync(body, cancellationToken);
        await response.CompleteAsync();
    }

    public static async Task RefuseAsync(HttpResponse response, int status, string code, string message, CancellationToken cancellationToken)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        await response.BodyWriter.WriteAsync(Json(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("code", code);
            json.WriteString("message", message);
            json.WriteEndObject();
            json.WriteEndObject();
        }), cancellationToken);
        await response.CompleteAsync();
    }

    static void Write(Utf8JsonWriter json, string kind, string? model, string part, string text, ChatFinishReason? finish, UsageDetails? usage)
    {
        json.WriteStartObject();
        json.WriteString("object", kind);
        json.WriteString("model", model);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject(part);
        json.WriteString("role", "assistant");
        json.WriteString("content", text);
        json.WriteEndObject();
        json.WriteString("finish_reason", finish?.Value);
        json.WriteEndObject();
        json.WriteEndArray();
        if (usage is not null)
        {
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", usage.InputTokenCount ?? 0);
            json.WriteNumber("completion_tokens", usage.OutputTokenCount ?? 0);
            json.WriteNumber("total_tokens", usage.TotalTokenCount ?? 0);
            json.WriteStartObject("prompt_tokens_details");
            json.WriteNumber("cached_tokens", usage.CachedInputTokenCount ?? 0);
            json.WriteEndObject();
            json.WriteStartObject("completion_tokens_details");
            json.WriteNumber("reasoning_tokens", usage.ReasoningTokenCount ?? 0);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static async Task EventAsync(HttpResponse response, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        response.BodyWriter.Write("data: "u8);
        response.BodyWriter.Write(Json(write).Span);
        await response.BodyWriter.WriteAsync("\n\n"u8.ToArray(), cancellationToken);
    }

    static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }
}
