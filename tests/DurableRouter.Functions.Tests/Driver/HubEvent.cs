using Microsoft.DurableTask;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>One event of an orchestration's history, as Durable Task has them.</summary>
/// <param name="Id">The number of the action that it begins or answers.</param>
/// <param name="Data">JSON: an input, a result, an event's payload, a reason.</param>
sealed record HubEvent(HubEventKind Kind, DateTime At, int Id = 0, string? Name = null, string? Data = null, DateTime? FireAt = null,
    TaskFailureDetails? Failure = null);

enum HubEventKind
{
    OrchestratorStarted,
    ExecutionStarted,
    TaskScheduled,
    TaskCompleted,
    TaskFailed,
    TimerCreated,
    TimerFired,
    EventRaised,
    ExecutionSuspended,
    ExecutionResumed,
    ExecutionTerminated,

    /// <summary>Only wakes the orchestration.</summary>
    Generic,
}
