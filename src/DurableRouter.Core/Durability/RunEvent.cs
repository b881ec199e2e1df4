namespace DurableRouter.Core.Durability;

/// <summary>What people and programs follow a run by. Made from the history, so it is the same however often it is read.</summary>
/// <param name="Id"><c>SEQUENCE.INDEX</c>: the history entry and the event's place among those that it makes.</param>
/// <param name="Type">One of <see cref="RunEventTypes"/>, or <c>run.</c> and a state.</param>
/// <param name="At">UTC.</param>
public sealed record RunEvent(string Id, string Type, DateTimeOffset At, RunEventData Data);

/// <summary>What an event tells, by its type; never a prompt's or an answer's text.</summary>
public sealed record RunEventData
{
    public string? Step { get; init; }
    public int? Revision { get; init; }

    /// <summary>The attempt's, within step and revision.</summary>
    public int? Ordinal { get; init; }
    public string? Model { get; init; }

    /// <summary>step.fellback: the model that was asked before.</summary>
    public string? From { get; init; }
    public string? Rule { get; init; }
    public string? Outcome { get; init; }
    public string? FailureCode { get; init; }
    public string? Degraded { get; init; }
    public int? LatencyMs { get; init; }
    public int? Tokens { get; init; }

    /// <summary>US dollars, of the attempt.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>US dollars, of the run so far.</summary>
    public decimal? TotalUsd { get; init; }
    public decimal? BudgetUsd { get; init; }

    /// <summary>The approval's id.</summary>
    public string? Approval { get; init; }
    public string? Kind { get; init; }
    public string? Status { get; init; }
    public string? Subject { get; init; }

    /// <summary>run.attention: the activity that threw.</summary>
    public string? Activity { get; init; }
}

public static class RunEventTypes
{
    public const string StepStarted = "step.started";
    public const string StepAttempt = "step.attempt";
    public const string StepFellBack = "step.fellback";
    public const string StepCompleted = "step.completed";
    public const string ApprovalRequested = "approval.requested";
    public const string ApprovalDecided = "approval.decided";
    public const string BudgetPaused = "budget.paused";
    public const string CostUpdated = "cost.updated";

    /// <summary>An activity threw; the run waits for <c>resume</c> with everything kept.</summary>
    public const string RunAttention = "run.attention";
}
