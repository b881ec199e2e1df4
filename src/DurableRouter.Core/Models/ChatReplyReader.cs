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
            ReadObject(utf8, reply);
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to half of a surrogate pair. Its message may quote the text, so it goes no further.
            throw new JsonException();
        }
    }

    static void ReadObject(ReadOnlySpan<byte> utf8, ChatReply reply)
    {
        var json = new Utf8JsonReader(utf8);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

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
                reply.Error ??= json.TokenType == JsonTokenType.Null ? null : ProviderError.From(JsonElement.ParseValue(ref json));
            }
            else
            {
                json.Skip();
            }
        }

        // What follows the object must be nothing: the reader throws on anything else.
        json.Read();
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
            Append(ref json, reply.Content);
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
                        Append(ref json, reply.Content);
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

    static void Append(ref Utf8JsonReader json, PooledBuffer target)
    {
        if (json.ValueSpan.Length > 0)
        {
            target.Advance(json.CopyString(target.GetSpan(json.ValueSpan.Length)));
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

        return json.ValueTextEquals("stop"u8) ? "stop" : json.GetString();
    }

    static bool HoldsAnything(ref Utf8JsonReader json)
    {
        var inside = json;
        json.Skip();
        return inside.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject
            && inside.Read() && inside.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject);
    }
}
