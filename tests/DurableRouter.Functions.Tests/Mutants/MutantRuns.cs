using System.Text.Json;
using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Tests.Mutants;

/// <summary>Passes everything on; each mutant overrides what it breaks.</summary>
class MutantRuns(IRunClient inner) : IRunClient
{
    public Task<StartedRun> StartAsync(StartRun request, CancellationToken cancellationToken) => inner.StartAsync(request, cancellationToken);

    public virtual Task<RunSnapshot?> GetAsync(string runId, CancellationToken cancellationToken) => inner.GetAsync(runId, cancellationToken);

    public virtual Task<RunSnapshot?> WaitAsync(string runId, TimeSpan limit, CancellationToken cancellationToken) =>
        inner.WaitAsync(runId, limit, cancellationToken);

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public virtual Task RaiseEventAsync(string runId, string name, string eventId, JsonElement? payload, CancellationToken cancellationToken) =>
        inner.RaiseEventAsync(runId, name, eventId, payload, cancellationToken);

    public virtual Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken) =>
        inner.SuspendAsync(runId, reason, cancellationToken);

    public Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken) => inner.ResumeAsync(runId, reason, cancellationToken);

    public virtual Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken) =>
        inner.TerminateAsync(runId, reason, cancellationToken);

    public virtual Task PurgeAsync(string runId, CancellationToken cancellationToken) => inner.PurgeAsync(runId, cancellationToken);

    public Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string runId, long after, CancellationToken cancellationToken) =>
        inner.HistoryAsync(runId, after, cancellationToken);

    public Task WaitForHistoryAsync(string runId, long after, TimeSpan limit, CancellationToken cancellationToken) =>
        inner.WaitForHistoryAsync(runId, after, limit, cancellationToken);
}

/// <summary>A suspension isn't sent.</summary>
sealed class LosesSuspensions(IRunClient inner) : MutantRuns(inner)
{
    public override Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A termination isn't sent.</summary>
sealed class LosesTerminations(IRunClient inner) : MutantRuns(inner)
{
    public override Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Why a run failed is not told.</summary>
sealed class LosesErrors(IRunClient inner) : MutantRuns(inner)
{
    public override async Task<RunSnapshot?> WaitAsync(string runId, TimeSpan limit, CancellationToken cancellationToken) =>
        await base.WaitAsync(runId, limit, cancellationToken) is { } run ? run with { Error = null } : null;
}
