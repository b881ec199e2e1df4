using System.Text.Json;
using DurableRouter.Core.Durability;

namespace DurableRouter.Http.Events;

/// <summary>One thing that happened in a run, for people and programs that follow it.</summary>
/// <param name="Id">Grows within a run; a reader goes on after the last one it saw.</param>
/// <param name="Type">One of <see cref="RunEventTypes"/>.</param>
/// <param name="Data">The history's value that the event tells of: an attempt's input or result, an approval's question or end; null for
/// others.</param>
/// <param name="Source">For an answer, the value that asked for it.</param>
/// <param name="TotalUsd">What the run has cost so far, in US dollars.</param>
public sealed record RunEvent(RunEventId Id, DateTimeOffset At, string Type, JsonElement? Data, JsonElement? Source, decimal TotalUsd);

/// <summary>Stable names. Clients match them.</summary>
public static class RunEventTypes
{
    public const string ApprovalDecided = "approval.decided";
    public const string ApprovalRequested = "approval.requested";
    public const string BudgetPaused = "budget.paused";
    public const string CostUpdated = "cost.updated";
    public const string RunNeedsAttention = "run.needs_attention";
    public const string StepAttempt = "step.attempt";
    public const string StepCompleted = "step.completed";
    public const string StepFellBack = "step.fellback";
    public const string StepStarted = "step.started";

    /// <summary>History kinds that are events by themselves.</summary>
    public static bool IsRun(string kind) => kind is HistoryKinds.RunStarted or HistoryKinds.RunSuspended or HistoryKinds.RunResumed
        or HistoryKinds.RunCompleted or HistoryKinds.RunFailed or HistoryKinds.RunTerminated;

    public static bool EndsRun(string type) => type is HistoryKinds.RunCompleted or HistoryKinds.RunFailed or HistoryKinds.RunTerminated;
}
