using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DurableRouter.Simulation.Server;

/// <summary>What simulated models need of a chat completion request.</summary>
sealed record WireRequest(string Model, IReadOnlyList<ChatMessage> Messages, ChatOptions Options, bool Stream)
{
    public static WireRequest Read(JsonElement body)
    {
        var messages = body.GetProperty("messages").EnumerateArray()
            .Select(m => new ChatMessage(new ChatRole(m.GetProperty("role").GetString()!), m.GetProperty("content").GetString())).ToList();
        var options = new ChatOptions();
        if (body.TryGetProperty("max_completion_tokens", out var limit))
        {
            options.MaxOutputTokens = limit.GetInt32();
        }

        if (body.TryGetProperty("response_format", out var format) && format.TryGetProperty("json_schema", out var schema))
        {
            options.ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.GetProperty("schema").Clone());
        }

        return new WireRequest(body.GetProperty("model").GetString()!, messages, options,
            body.TryGetProperty("stream", out var stream) && stream.GetBoolean());
    }
}
