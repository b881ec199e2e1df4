using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Workflow;

enum MoveKind
{
    /// <summary>The answer stands.</summary>
    Accept,

    /// <summary>The same model sees its rejected answer, once.</summary>
    Repair,

    /// <summary>The same model again, at <see cref="Move.At"/>.</summary>
    Again,

    /// <summary>The next candidate.</summary>
    Next,

    /// <summary>The next candidate of a higher tier, else the next.</summary>
    Higher,

    /// <summary>No other candidate may see the input: the last link.</summary>
    Stop,
}

/// <param name="At">When, UTC; null at once.</param>
sealed record Move(MoveKind Kind, DateTimeOffset? At = null);

/// <summary>What one candidate has behind it in one revision of a step.</summary>
/// <param name="Calls">Attempts that count: unknown outcomes and skips don't.</param>
/// <param name="Holds">How often the instance's own limits held the call back.</param>
/// <param name="Unknowns">Unknown outcomes in a row, the last attempt's among them.</param>
readonly record struct Tries(int Calls, int Holds, int Unknowns, bool Repaired);

/// <summary>Decides what follows an attempt. Pure, so that replay decides the same.</summary>
static class NextMove
{
    /// <summary>Holds of one candidate before the next is asked: an instance at its limit must not park a step for ever.</summary>
    public const int MaxHolds = 20;

    /// <summary>Unknown outcomes of one candidate in a row before the next is asked: each may have been paid, and a call that takes its process
    /// down with it would be made for ever.</summary>
    public const int MaxUnknowns = 3;

    public static Move After(AttemptResult result, ModelEntry model, Tries tries, FallbackPolicy policy, string key, IWorkflowContext context) =>
        result.Outcome switch
        {
            AttemptOutcome.Ok => new(MoveKind.Accept),
            AttemptOutcome.OutcomeUnknown when tries.Unknowns >= MaxUnknowns && context.WorkflowVersion >= 3 => new(MoveKind.Next),
            AttemptOutcome.OutcomeUnknown => new(MoveKind.Again),
            AttemptOutcome.Skipped when result.HeldUntil is { } until && tries.Holds <= MaxHolds => new(MoveKind.Again, until),
            AttemptOutcome.Failed => AfterFailure(result, model.Retries, tries, policy, key, context),
            _ => new(MoveKind.Next),
        };

    /// <summary>The failure of a candidate that is left because of its unknown outcomes.</summary>
    public static StepFailure Unknown(ModelEntry model, Tries tries) => new(FailureCodes.OutcomeUnknownRepeatedly,
        string.Create(CultureInfo.InvariantCulture, $"nobody knows what became of {tries.Unknowns} calls of {model.Name} in a row"));

    /// <summary>How long to wait before call number <paramref name="calls"/> + 1: doubling from the first delay to the longest, stretched by
    /// up to a half, so that runs that failed together don't come back together.</summary>
    public static TimeSpan Backoff(ModelRetries retries, int calls, string key)
    {
        var doubled = retries.FirstDelay * Math.Pow(2, Math.Clamp(calls - 1, 0, 30));
        var stretched = doubled * (1 + 0.5 * Jitter(key));
        return stretched < retries.MaxDelay ? stretched : retries.MaxDelay;
    }

    /// <summary>When the same call may be made again after <paramref name="calls"/> of them; null when it may not.</summary>
    public static DateTimeOffset? Again(StepFailure failure, ModelRetries retries, int calls, string key, DateTimeOffset now)
    {
        if (!failure.Retryable || calls >= retries.Attempts || failure.RetryAfter > retries.RetryAfterCap)
        {
            return null;
        }

        // What the other side asked for is a lower bound; the jitter comes on top of it. A moment that has passed asks for nothing.
        return now + (failure.RetryAfter is { } asked && asked > TimeSpan.Zero ? asked + retries.FirstDelay * (0.5 * Jitter(key)) : Backoff(retries, calls, key));
    }

    static Move AfterFailure(AttemptResult result, ModelRetries retries, Tries tries, FallbackPolicy policy, string key, IWorkflowContext context)
    {
        var failure = result.Failure ?? new StepFailure(FailureCodes.UpstreamError, "the attempt failed without a reason");
        switch (failure.Code)
        {
            case FailureCodes.ContentFiltered or FailureCodes.Refused:
                return new(policy.OnContentFilter ? MoveKind.Next : MoveKind.Stop);
            case FailureCodes.JudgeUnavailable:
                // Another candidate's answer would meet the same missing judge.
                return new(MoveKind.Stop);
            case FailureCodes.OutputTruncated or FailureCodes.ContextTooLong or FailureCodes.QuotaExhausted:
                return new(MoveKind.Next);
            case FailureCodes.CheckFailed when IsDoubtOnly(result) && context.WorkflowVersion >= 2:
                // Shown its own doubt, a model would only say that it is surer.
                return new(MoveKind.Higher);
            case FailureCodes.InvalidJson or FailureCodes.SchemaMismatch or FailureCodes.CheckFailed:
                return new(result.Rejected is not null && !tries.Repaired ? MoveKind.Repair : MoveKind.Next);
        }

        return Again(failure, retries, tries.Calls, key, context.CurrentTime) is { } at ? new(MoveKind.Again, at) : new(MoveKind.Next);
    }

    static bool IsDoubtOnly(AttemptResult result) =>
        result.Checks.Any(c => !c.Passed) && result.Checks.All(c => c.Passed || c.Check == "confidence");

    /// <summary>From 0 to 1, drawn from the attempt's key: the same on every replay.</summary>
    static double Jitter(string key) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) / (double)uint.MaxValue;
}
