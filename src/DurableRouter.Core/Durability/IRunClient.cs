using System.Text.Json;

namespace DurableRouter.Core.Durability;

/// <summary>Starts, reads and steers runs; implemented by each host's engine. The HTTP interface and the command line know only this.</summary>
/// <remarks>Members that take a run id throw <see cref="Errors.DurableRouterException"/> with code <c>run_not_found</c> for an unknown one
/// and <c>run_finished</c> when the run can't take the operation any more. A method that returns has made its effect durable.</remarks>
public interface IRunClient
{
    /// <summary>Claims the id and the idempotency key and makes the run durable before it returns.</summary>
    /// <exception cref="Errors.DurableRouterException">Codes <c>idempotency_mismatch</c>, <c>too_many_runs</c> (with a retry time),
    /// <c>storage_full</c>, <c>storage_busy</c>.</exception>
    Task<StartedRun> StartAsync(StartRun request, CancellationToken cancellationToken);

    Task<RunSnapshot?> GetAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Returns at once when the run is terminal, else when it becomes so or stops to wait for a person, or after the time limit.</summary>
    Task<RunSnapshot?> WaitAsync(string runId, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Adds an event to the run's inbox. A second event with the same id is dropped.</summary>
    Task RaiseEventAsync(string runId, string name, string eventId, JsonElement? payload, CancellationToken cancellationToken);

    Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken);

    /// <summary>Ends a suspension, or wakes a run that waits for <c>resume</c> after an activity threw.</summary>
    Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken);

    Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken);

    /// <summary>Removes a finished run's history and content; its ledger rows stay.</summary>
    /// <exception cref="Errors.DurableRouterException">Code <c>run_live</c> while it isn't finished.</exception>
    Task PurgeAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The run's history, oldest first, for people and for run events.</summary>
    Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string runId, long after, CancellationToken cancellationToken);

    /// <summary>Completes when the run's history has grown past <paramref name="after"/> or the time limit passes.</summary>
    Task WaitForHistoryAsync(string runId, long after, TimeSpan limit, CancellationToken cancellationToken);
}
