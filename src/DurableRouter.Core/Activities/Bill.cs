using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Models;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Activities;

/// <summary>What one call is booked with.</summary>
/// <param name="Suspect">True when the provider's usage can't be believed and the cost is therefore the upper bound.</param>
sealed record Bill(TokenUsage Usage, UsageSource Source, bool Suspect, decimal CostUsd)
{
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
        return reading.IsSuspect
            ? new Bill(reading.Usage, UsageSource.UpperBound, true, upperUsd)
            : new Bill(reading.Usage, UsageSource.Provider, false, CostCalculator.Cost(reading.Usage, price));
    }
}

/// <summary>What came back from one call: text or a failure.</summary>
sealed record ModelReply(string Text, StepFailure? Failure, UsageDetails? Usage, string? ModelId, int? FirstByteMs);
