using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Durability;

/// <summary>What people and programs follow a run by. Made from the history, so it is the same however often it is read.</summary>
/// <param name="Type">One of <see cref="RunEventTypes"/>, or a kind of history entry that begins with <c>run.</c>.</param>
/// <param name="At">UTC.</param>
/// <param name="TotalUsd">What the run has cost so far, in US dollars.</param>
public sealed record RunEvent(RunEventId Id, string Type, DateTimeOffset At, RunEventData Data, decimal TotalUsd);

/// <summary>What an event tells, by its type; never a prompt, an input or an answer. The names are those of the HTTP interface.</summary>
public sealed record RunEventData
{
    public string? Step { get; init; }
    public int? Revision { get; init; }

    /// <summary>The attempt's, within step and revision.</summary>
    public int? Ordinal { get; init; }

    /// <summary>Its place in the route, from 0.</summary>
    public int? Candidate { get; init; }
    public string? Model { get; init; }

    /// <summary>step.fellback: the model that was asked before.</summary>
    public string? From { get; init; }
    public string? Rule { get; init; }
    public string? DegradedReason { get; init; }

    /// <summary>An attempt's, or at its end the run's.</summary>
    public string? Outcome { get; init; }
    public StepFailure? Failure { get; init; }

    /// <summary>US dollars, of the attempt.</summary>
    public decimal? CostUsd { get; init; }
    public int? LatencyMs { get; init; }
    public TokenUsage? Usage { get; init; }

    /// <summary>A failed check's detail may quote a few words of the answer.</summary>
    public IReadOnlyList<CheckResult>? Checks { get; init; }

    /// <summary>Skipped, and worth trying again from this time on (UTC).</summary>
    public DateTimeOffset? HeldUntil { get; init; }
    public string? ApprovalId { get; init; }

    /// <summary>The approval's: output, budget, answer.</summary>
    public string? Kind { get; init; }

    /// <summary>Who may decide.</summary>
    public string? Group { get; init; }
    public string? Digest { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? Status { get; init; }
    public string? Subject { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>budget.paused: the run's cap in US dollars.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>run.attention: the activity that threw.</summary>
    public string? Activity { get; init; }
}

/// <summary>Stable names. Clients match them.</summary>
public static class RunEventTypes
{
    public const string StepStarted = "step.started";
    public const string StepAttempt = "step.attempt";
    public const string StepFellBack = "step.fellback";
    public const string StepCompleted = "step.completed";
    public const string ApprovalRequested = "approval.requested";
    public const string ApprovalDecided = "approval.decided";

    /// <summary>Nobody decided in time, and another group is asked too.</summary>
    public const string ApprovalEscalated = "approval.escalated";
    public const string BudgetPaused = "budget.paused";
    public const string CostUpdated = "cost.updated";

    /// <summary>An activity threw; the run waits for <c>resume</c> with everything kept.</summary>
    public const string RunAttention = "run.attention";

    /// <summary>Whether no event of the run can follow.</summary>
    public static bool EndsRun(string type) => type is HistoryKinds.RunCompleted or HistoryKinds.RunFailed or HistoryKinds.RunTerminated;
}
