using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <summary>Reads a usage object as it stands: nothing is corrected here, so that <see cref="UsageReader"/> can judge it.</summary>
static class UsageJson
{
    /// <summary>Null when the value is no object, as in the chunks before the last.</summary>
    public static UsageDetails? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        var usage = new UsageDetails();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("prompt_tokens"u8))
            {
                usage.InputTokenCount = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("completion_tokens"u8))
            {
                usage.OutputTokenCount = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("total_tokens"u8))
            {
                usage.TotalTokenCount = ReadCount(ref json);
            }
            else if (json.ValueTextEquals("prompt_tokens_details"u8))
            {
                usage.CachedInputTokenCount = ReadDetail(ref json, "cached_tokens"u8) ?? usage.CachedInputTokenCount;
            }
            else if (json.ValueTextEquals("completion_tokens_details"u8))
            {
                usage.ReasoningTokenCount = ReadDetail(ref json, "reasoning_tokens"u8);
            }
            else if (json.ValueTextEquals("prompt_cache_hit_tokens"u8))
            {
                // DeepSeek's name for cached input: https://api-docs.deepseek.com/guides/kv_cache
                usage.CachedInputTokenCount ??= ReadCount(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return usage;
    }

    static long? ReadDetail(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        long? count = null;
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals(name))
            {
                count = ReadCount(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return count;
    }

    static long? ReadCount(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var count))
        {
            return count;
        }

        json.Skip();
        return null;
    }
}
