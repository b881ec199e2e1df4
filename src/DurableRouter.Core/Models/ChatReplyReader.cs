using System.Text.Json;

namespace DurableRouter.Core.Models;

/// <summary>Reads the JSON of a chat completion, or of one chunk of a streamed one, into a <see cref="ChatReply"/>. Unknown members
/// are skipped and a member of an unexpected type counts as absent: gateways differ, and only what is used here must be right.</summary>
static class ChatReplyReader
{
    /// <exception cref="JsonException">No JSON object, or a string in it that is no valid Unicode.</exception>
    public static void Read(ReadOnlySpan<byte> utf8, ChatReply reply)
    {
        try
        {
            ReadWhole(WithoutMark(utf8), reply);
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to half of a surrogate pair. Its message may quote the text, so it goes no further.
            throw new JsonException();
        }
    }

    /// <summary>Some gateways put a byte order mark before the JSON.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> utf8)
    {
        utf8 = utf8.Trim(" \t\r\n"u8);
        while (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..].TrimStart(" \t\r\n"u8);
        }

        return utf8;
    }

    static void ReadWhole(ReadOnlySpan<byte> utf8, ChatReply reply)
    {
        var json = new Utf8JsonReader(utf8);
        if (!json.Read())
        {
            throw new JsonException();
        }

        // Google answers errors as a list of one.
        var isListed = json.TokenType == JsonTokenType.StartArray && json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        ReadObject(ref json, reply);
        if (isListed && reply is { Error: null, Ended: false })
        {
            throw new JsonException();
        }

        // What follows the object must be nothing, unless the answer is there: the reader throws on anything else.
        if (!reply.IsComplete && !isListed)
        {
            json.Read();
        }
    }

    static void ReadObject(ref Utf8JsonReader json, ChatReply reply)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("choices"u8))
            {
                json.Read();
                ReadChoices(ref json, reply);
            }
            else if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                reply.Usage = UsageJson.Read(ref json) ?? reply.Usage;
            }
            else if (reply.ModelId is null && json.ValueTextEquals("model"u8))
            {
                json.Read();
                reply.ModelId = ReadString(ref json);
            }
            else if (reply.Id is null && json.ValueTextEquals("id"u8))
            {
                json.Read();
                reply.Id = ReadString(ref json);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                var isError = json.TokenType is JsonTokenType.StartObject or JsonTokenType.String or JsonTokenType.StartArray;
                var error = JsonElement.ParseValue(ref json);
                reply.Error ??= isError ? ProviderError.From(error) : null;
            }
            else if (json.ValueTextEquals("promptFeedback"u8) || json.ValueTextEquals("prompt_feedback"u8))
            {
                // Google tells so that the prompt was blocked: there are no choices then.
                json.Read();
                var feedback = ProviderError.From(JsonElement.ParseValue(ref json));
                reply.Error ??= feedback.Codes.Count > 0 ? feedback : null;
            }
            else
            {
                json.Skip();
            }
        }

    }

    // One choice is all that is ever asked for.
    static void ReadChoices(ref Utf8JsonReader json, ChatReply reply)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        var first = true;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (first && json.TokenType == JsonTokenType.StartObject)
            {
                ReadChoice(ref json, reply);
                first = false;
            }
            else
            {
                json.Skip();
            }
        }
    }

    static void ReadChoice(ref Utf8JsonReader json, ChatReply reply)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("delta"u8) || json.ValueTextEquals("message"u8))
            {
                json.Read();
                ReadMessage(ref json, reply);
            }
            else if (json.ValueTextEquals("finish_reason"u8))
            {
                json.Read();
                reply.FinishReason = ReadFinishReason(ref json) ?? reply.FinishReason;
            }
            else
            {
                json.Skip();
            }
        }
    }

    static void ReadMessage(ref Utf8JsonReader json, ChatReply reply)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("content"u8))
            {
                json.Read();
                ReadContent(ref json, reply);
            }
            else if (json.ValueTextEquals("refusal"u8))
            {
                json.Read();
                reply.Refused |= json.TokenType == JsonTokenType.String && json.ValueSpan.Length > 0;
                json.Skip();
            }
            else if (json.ValueTextEquals("reasoning_content"u8) || json.ValueTextEquals("reasoning"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.String)
                {
                    reply.Thinking.Append(ref json);
                }

                json.Skip();
            }
            else if (json.ValueTextEquals("tool_calls"u8) || json.ValueTextEquals("function_call"u8))
            {
                json.Read();
                reply.CalledTool |= HoldsAnything(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <summary>Content is text, null, or a list of parts of which the text ones count.</summary>
    static void ReadContent(ref Utf8JsonReader json, ChatReply reply)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            reply.Content.Append(ref json);
        }
        else if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (json.TokenType != JsonTokenType.StartObject)
                {
                    json.Skip();
                    continue;
                }

                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var text = json.ValueTextEquals("text"u8);
                    var refusal = json.ValueTextEquals("refusal"u8);
                    json.Read();
                    if (json.TokenType == JsonTokenType.String && text)
                    {
                        reply.Content.Append(ref json);
                    }

                    reply.Refused |= refusal && json.TokenType == JsonTokenType.String && json.ValueSpan.Length > 0;
                    json.Skip();
                }
            }
        }
        else
        {
            json.Skip();
        }
    }

    static string? ReadString(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return json.GetString();
        }

        json.Skip();
        return null;
    }

    static string? ReadFinishReason(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            return null;
        }

        if (json.ValueTextEquals("stop"u8))
        {
            return "stop";
        }

        var word = json.GetString();
        return FinishReasons.Read(word) == FinishReason.None ? null : word;
    }

    static bool HoldsAnything(ref Utf8JsonReader json)
    {
        var inside = json;
        json.Skip();
        return inside.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject
            && inside.Read() && inside.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject);
    }
}
