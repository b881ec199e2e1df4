using System.Text;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Models;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Activities;

/// <summary>What one call is booked with.</summary>
/// <param name="Suspect">True when the provider's usage is missing or can't be believed, and the cost is therefore the upper bound.</param>
/// <param name="ProviderCostUsd">What the provider says that the call cost, US dollars; null when it doesn't say.</param>
sealed record Bill(TokenUsage Usage, UsageSource Source, bool Suspect, decimal CostUsd, decimal? ProviderCostUsd = null)
{
    // Of English in the tokenizers in use; close enough for a figure that is called an estimate.
    const int BytesPerToken = 4;

    static readonly Bill Nothing = new(TokenUsage.None, UsageSource.None, false, 0);

    /// <summary>Refusals before a token was made. After any other failure without usage the tokens may have been billed.</summary>
    static readonly HashSet<string> Unbilled =
    [
        FailureCodes.RateLimited, FailureCodes.QuotaExhausted, FailureCodes.UpstreamError, FailureCodes.ConnectionFailed, FailureCodes.Redirected,
        FailureCodes.Unauthorized, FailureCodes.BadRequest, FailureCodes.ContextTooLong,
    ];

    /// <param name="inputBound">The request's tokens at the most.</param>
    /// <param name="outputBound">The call's output limit.</param>
    /// <param name="upperUsd">What the call can have cost at the most.</param>
    public static Bill Of(ModelReply reply, int inputBound, int outputBound, ModelPrice price, decimal upperUsd)
    {
        // A reply that had begun may have been billed, whatever its end says.
        if (reply is { Usage: null, FirstByteMs: null, Failure: { } failure } && Unbilled.Contains(failure.Code))
        {
            return Nothing;
        }

        var reading = UsageReader.Read(reply.Usage, reply.Text.Length > 0, inputBound, outputBound);
        var told = reading.ProviderCostUsd;
        if (reply.Usage?.InputTokenCount is null || reply.Usage.OutputTokenCount is null)
        {
            return new Bill(Estimate(reply.Text, inputBound), UsageSource.Estimated, true, Math.Max(upperUsd, told ?? 0), told);
        }

        // Never below the invoice: the provider knows of prices that the catalog doesn't.
        return reading.IsSuspect
            ? new Bill(reading.Usage, UsageSource.UpperBound, true, Math.Max(upperUsd, told ?? 0), told)
            : new Bill(reading.Usage, UsageSource.Provider, false,
                Math.Max(CostCalculator.Cost(reading.Usage, price) + CostCalculator.CacheWriteSurcharge(reading.CacheWrites, price), told ?? 0), told);
    }

    /// <summary>Tokens by the length of what went out and of what came back.</summary>
    static TokenUsage Estimate(string text, int inputBound) => new(
        Math.Max(1, (inputBound - CostCalculator.RequestOverheadTokens) / BytesPerToken), 0, (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken, 0);
}

/// <summary>What came back from one call: text or a failure.</summary>
sealed record ModelReply(string Text, StepFailure? Failure, UsageDetails? Usage, string? ModelId, int? FirstByteMs);
