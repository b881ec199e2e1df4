using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Values;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <summary>Reads a usage object as it stands: nothing is corrected here, so that <see cref="UsageReader"/> can judge it.</summary>
static class UsageJson
{
    /// <summary>Input tokens that were written to the provider's cache, a part of the input.</summary>
    public const string CacheWrites = "cache_writes";

    /// <summary>Those of them that were written for an hour.</summary>
    public const string LongCacheWrites = "long_cache_writes";

    /// <summary>What the provider says that the call cost, in the ledger's units of money.</summary>
    public const string CostUnits = "cost_units";

    // xAI counts in ten-billionths of a dollar.
    const decimal UsdPerTick = 1e-10m;

    // Nobody bills more than this for a call, and the units of more don't fit a number.
    const decimal MostUsd = 100_000;

    /// <summary>Null when the value is no object, as in the chunks before the last.</summary>
    public static UsageDetails? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        return Read(JsonElement.ParseValue(ref json));
    }

    static UsageDetails Read(JsonElement usage)
    {
        var (input, output) = (Member(usage, "prompt_tokens_details", "input_tokens_details"), Member(usage, "completion_tokens_details", "output_tokens_details"));
        var details = new UsageDetails
        {
            InputTokenCount = Count(usage, "prompt_tokens", "input_tokens"),
            OutputTokenCount = Count(usage, "completion_tokens", "output_tokens"),
            TotalTokenCount = Count(usage, "total_tokens"),
            // The last two are DeepSeek's and Anthropic's names: https://api-docs.deepseek.com/guides/kv_cache
            CachedInputTokenCount = Count(input, "cached_tokens") ?? Count(usage, "prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens"),
            ReasoningTokenCount = Count(output, "reasoning_tokens") ?? Count(usage, "reasoning_tokens"),
        };
        Keep(details, CacheWrites, Count(input, "cache_write_tokens", "cache_creation_tokens", "cached_creation_tokens") ?? Count(usage, "cache_creation_input_tokens"));
        Keep(details, LongCacheWrites, Count(Member(usage, "cache_creation"), "ephemeral_1h_input_tokens"));
        Keep(details, CostUnits, Cost(usage) is { } usd and >= 0 and <= MostUsd ? Money.ToUnits(usd) : null);
        return details;
    }

    static void Keep(UsageDetails details, string name, long? count)
    {
        if (count is { } known)
        {
            (details.AdditionalCounts ??= [])[name] = known;
        }
    }

    /// <summary>US dollars; <c>cost</c> is a number of OpenRouter and an object of Perplexity.</summary>
    static decimal? Cost(JsonElement usage) =>
        Number(usage, "cost_in_usd_ticks") is { } ticks ? (decimal)Math.Min(ticks, 1e15) * UsdPerTick
        : (Number(usage, "cost") ?? Number(Member(usage, "cost"), "total_cost") ?? Number(usage, "total_cost") ?? Number(usage, "estimated_cost")) is { } usd
            && Math.Abs(usd) < 1e9 ? (decimal)usd : null;

    static JsonElement Member(JsonElement parent, params ReadOnlySpan<string> names)
    {
        if (parent.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in names)
            {
                if (parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object)
                {
                    return value;
                }
            }
        }

        return default;
    }

    /// <summary>The first of the members that holds a whole number, which some gateways write as <c>100.0</c> or <c>"100"</c>.</summary>
    static long? Count(JsonElement parent, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Number(parent, name) is { } number && Math.Abs(number) < 1e15 && Math.Truncate(number) == number)
            {
                return (long)number;
            }
        }

        return null;
    }

    static double? Number(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number
            : value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
                && double.IsFinite(parsed) ? parsed
            : null;
    }
}
