using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Ledger;

/// <summary>Tokens times prices, in US dollars. Pure.</summary>
public static class CostCalculator
{
    /// <summary>Tokens that a provider adds around the messages at the most: roles, separators, the schema's frame.</summary>
    public const int RequestOverheadTokens = 64;

    /// <summary>What an input token costs that is written to the provider's cache, in prices of input: Anthropic's surcharges for five minutes and for an hour
    /// (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching#pricing). Who charges nothing for it doesn't report it.</summary>
    const decimal CacheWriteFactor = 1.25m;
    const decimal LongCacheWriteFactor = 2m;

    const decimal TokensPerPrice = 1_000_000m;

    /// <summary>Reasoning costs what output costs.</summary>
    public static decimal Cost(TokenUsage usage, ModelPrice price) => Money.RoundUp(
        (usage.Input * price.Input + usage.CachedInput * price.CachedInput + ((decimal)usage.Output + usage.Reasoning) * price.Output) / TokensPerPrice);

    /// <summary>What comes on top for input that the provider wrote to its cache.</summary>
    public static decimal CacheWriteSurcharge((int Short, int Long) writes, ModelPrice price) => Money.RoundUp(
        ((writes.Short * (CacheWriteFactor - 1)) + (writes.Long * (LongCacheWriteFactor - 1))) * price.Input / TokensPerPrice);

    /// <summary>Input tokens of a request at the most: a token is never shorter than a byte.</summary>
    /// <param name="requestBytes">UTF-8 bytes of the messages and the schema.</param>
    public static int InputBound(int requestBytes) => (int)Math.Min((long)requestBytes + RequestOverheadTokens, int.MaxValue);

    /// <summary>What a call can cost at the most: nothing cached, the output limit used up.</summary>
    public static decimal UpperBound(int requestBytes, int maxOutputTokens, ModelPrice price) =>
        Money.RoundUp((InputBound(requestBytes) * Math.Max(price.Input, price.CachedInput) + maxOutputTokens * price.Output) / TokensPerPrice);
}
