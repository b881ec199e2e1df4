using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <param name="Usage">Disjoint buckets; what could be read of a suspect one, never negative.</param>
/// <param name="Suspicion">Why the figures can't be billed by; null when they can.</param>
sealed record UsageReading(TokenUsage Usage, string? Suspicion)
{
    public bool IsSuspect => Suspicion is not null;

    /// <summary>Input tokens that the provider wrote to its cache; those for an hour apart. They are part of the input.</summary>
    public (int Short, int Long) CacheWrites { get; init; }

    /// <summary>What the provider says that the call cost, US dollars; null when it doesn't say.</summary>
    public decimal? ProviderCostUsd { get; init; }
}

/// <summary>Turns a provider's usage into the ledger's token buckets, and tells when it can't be believed. Pure.</summary>
static class UsageReader
{
    /// <summary>Beyond this many times the upper bound no honest count lies, whatever a provider adds to prompts.</summary>
    public const int AbsurdFactor = 4;

    /// <param name="hasText">Whether the reply held an answer.</param>
    /// <param name="inputBound">The request's tokens at the most (<see cref="CostCalculator.InputBound"/>).</param>
    /// <param name="outputBound">The call's output limit.</param>
    /// <remarks>Where a total is above the sum of its parts, it decides: xAI and Google count reasoning outside of the completion.</remarks>
    public static UsageReading Read(UsageDetails? details, bool hasText, int inputBound, int outputBound)
    {
        decimal? told = Extra(details, UsageJson.CostUnits) is { } units ? Money.ToUsd(units) : null;
        if (details?.InputTokenCount is not { } input || details.OutputTokenCount is not { } output)
        {
            return new UsageReading(details is null ? TokenUsage.None : Buckets(details, 0), "The reply has no usage.") { ProviderCostUsd = told };
        }

        var cached = details.CachedInputTokenCount ?? 0;
        var reasoning = details.ReasoningTokenCount ?? 0;
        var (writes, longWrites) = (Extra(details, UsageJson.CacheWrites) ?? 0, Extra(details, UsageJson.LongCacheWrites) ?? 0);
        var outside = details.TotalTokenCount is { } total && input >= 0 && output >= 0 ? Math.Max(0, total - input - output) : 0;
        var suspicion =
            input < 0 || output < 0 || cached < 0 || reasoning < 0 || writes < 0 || longWrites < 0 || details.TotalTokenCount < 0 ? "A token count is negative."
            : input == 0 ? "The usage has no input tokens."
            : output + outside == 0 && hasText ? "The usage has no output tokens for an answer."
            : cached > input ? "More cached input tokens than input tokens."
            : writes > input - cached || longWrites > input - cached ? "More tokens written to the cache than input tokens."
            : reasoning > output + outside ? "More reasoning tokens than output tokens."
            : input > (long)AbsurdFactor * inputBound || output + outside > (long)AbsurdFactor * outputBound ? "The usage is far above what the call can use."
            : details.TotalTokenCount < input + output ? "The total is less than the sum of input and output tokens."
            : null;
        var reading = new UsageReading(Buckets(details, outside), suspicion) { ProviderCostUsd = told };
        return suspicion is null ? reading with { CacheWrites = ((int)Math.Max(0, writes - longWrites), (int)longWrites) } : reading;
    }

    static long? Extra(UsageDetails? details, string name) =>
        details?.AdditionalCounts is { } counts && counts.TryGetValue(name, out var count) ? count : null;

    static TokenUsage Buckets(UsageDetails details, long outside)
    {
        var input = Count(details.InputTokenCount);
        var cached = Math.Min(Count(details.CachedInputTokenCount), input);
        var output = Count((details.OutputTokenCount ?? 0) + Math.Min(outside, int.MaxValue));
        var told = Count(details.ReasoningTokenCount);

        // What the completion doesn't hold is reasoning, told or not.
        var reasoning = Math.Min(told >= outside ? told : Count(told + outside), output);
        return new TokenUsage(input - cached, cached, output - reasoning, reasoning);
    }

    // A quarter of the range at the most, so that the sum of all buckets is an int as well.
    static int Count(long? value) => (int)Math.Clamp(value ?? 0, 0, int.MaxValue / 4);
}
