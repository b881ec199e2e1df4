using DurableRouter.Core.Ledger;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <param name="Usage">Disjoint buckets; what could be read of a suspect one, never negative.</param>
/// <param name="Suspicion">Why the figures can't be billed by; null when they can.</param>
sealed record UsageReading(TokenUsage Usage, string? Suspicion)
{
    public bool IsSuspect => Suspicion is not null;
}

/// <summary>Turns a provider's usage into the ledger's token buckets, and tells when it can't be believed. Pure.</summary>
static class UsageReader
{
    /// <summary>Beyond this many times the upper bound no honest count lies, whatever a provider adds to prompts.</summary>
    public const int AbsurdFactor = 4;

    /// <param name="hasText">Whether the reply held an answer.</param>
    /// <param name="inputBound">The request's tokens at the most (<see cref="CostCalculator.InputBound"/>).</param>
    /// <param name="outputBound">The call's output limit.</param>
    public static UsageReading Read(UsageDetails? details, bool hasText, int inputBound, int outputBound)
    {
        if (details?.InputTokenCount is not { } input || details.OutputTokenCount is not { } output)
        {
            return new UsageReading(details is null ? TokenUsage.None : Buckets(details), "The reply has no usage.");
        }

        var cached = details.CachedInputTokenCount ?? 0;
        var reasoning = details.ReasoningTokenCount ?? 0;
        var suspicion =
            input < 0 || output < 0 || cached < 0 || reasoning < 0 || details.TotalTokenCount < 0 ? "A token count is negative."
            : input == 0 ? "The usage has no input tokens."
            : output == 0 && hasText ? "The usage has no output tokens for an answer."
            : cached > input ? "More cached input tokens than input tokens."
            : reasoning > output ? "More reasoning tokens than output tokens."
            : input > (long)AbsurdFactor * inputBound || output > (long)AbsurdFactor * outputBound ? "The usage is far above what the call can use."
            : details.TotalTokenCount is { } total && total != input + output ? "The total is not the sum of input and output tokens."
            : null;
        return new UsageReading(Buckets(details), suspicion);
    }

    static TokenUsage Buckets(UsageDetails details)
    {
        var input = Count(details.InputTokenCount);
        var cached = Math.Min(Count(details.CachedInputTokenCount), input);
        var output = Count(details.OutputTokenCount);
        var reasoning = Math.Min(Count(details.ReasoningTokenCount), output);
        return new TokenUsage(input - cached, cached, output - reasoning, reasoning);
    }

    // A quarter of the range at the most, so that the sum of all buckets is an int as well.
    static int Count(long? value) => (int)Math.Clamp(value ?? 0, 0, int.MaxValue / 4);
}
