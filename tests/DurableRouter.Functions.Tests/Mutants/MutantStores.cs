using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Mutants;

/// <summary>Passes everything on; each mutant overrides what it breaks.</summary>
class MutantIndex(IRunIndex inner) : IRunIndex
{
    public virtual Task<RunClaim> ClaimAsync(RunEntry entry, IdempotencyClaim? idempotency, CancellationToken cancellationToken) =>
        inner.ClaimAsync(entry, idempotency, cancellationToken);

    public Task<RunEntry?> GetAsync(string runId, CancellationToken cancellationToken) => inner.GetAsync(runId, cancellationToken);

    public virtual Task<RunEntry?> UpdateAsync(RunEntry entry, CancellationToken cancellationToken) => inner.UpdateAsync(entry, cancellationToken);

    public Task<RunEntry?> ReopenAsync(RunEntry entry, CancellationToken cancellationToken) => inner.ReopenAsync(entry, cancellationToken);

    public virtual Task<RunEntryPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public IAsyncEnumerable<RunEntry> UnsettledAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken) =>
        inner.UnsettledAsync(createdBefore, cancellationToken);

    public Task EndedAsync(RunStub run, RunEnding end, CancellationToken cancellationToken) => inner.EndedAsync(run, end, cancellationToken);

    public Task SettledAsync(string runId, DateTimeOffset createdAt, CancellationToken cancellationToken) =>
        inner.SettledAsync(runId, createdAt, cancellationToken);
}

/// <summary>A key is never known.</summary>
sealed class ForgetsKeys(IRunIndex inner) : MutantIndex(inner)
{
    public override Task<RunClaim> ClaimAsync(RunEntry entry, IdempotencyClaim? idempotency, CancellationToken cancellationToken) =>
        base.ClaimAsync(entry, null, cancellationToken);
}

/// <summary>A purge leaves the entry.</summary>
sealed class KeepsPurgedRuns(IRunIndex inner) : MutantIndex(inner)
{
    public override Task<RunEntry?> UpdateAsync(RunEntry entry, CancellationToken cancellationToken) =>
        base.UpdateAsync(entry with { PurgedAt = null }, cancellationToken);
}

/// <summary>Pages come oldest first.</summary>
sealed class ListsBackwards(IRunIndex inner) : MutantIndex(inner)
{
    public override async Task<RunEntryPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var page = await base.ListAsync(query, cancellationToken);
        return page with { Entries = [.. page.Entries.Reverse()] };
    }
}

/// <summary>Passes everything on; each mutant overrides what it breaks.</summary>
class MutantHistory(IRunHistory inner) : IRunHistory
{
    public virtual Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken) =>
        inner.WriteAsync(runId, write, cancellationToken);

    public Task<HistoryEntry?> FindAsync(string runId, string entryId, CancellationToken cancellationToken) =>
        inner.FindAsync(runId, entryId, cancellationToken);

    public Task<IReadOnlyList<HistoryEntry>> ReadAsync(string runId, long after, CancellationToken cancellationToken) =>
        inner.ReadAsync(runId, after, cancellationToken);

    public Task<long> LastAsync(string runId, CancellationToken cancellationToken) => inner.LastAsync(runId, cancellationToken);

    public Task RemoveAsync(string runId, CancellationToken cancellationToken) => inner.RemoveAsync(runId, cancellationToken);
}

/// <summary>Results of activities don't reach the history.</summary>
sealed class LosesEntries(IRunHistory inner) : MutantHistory(inner)
{
    public override Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken) =>
        base.WriteAsync(runId, write with { Entries = [.. write.Entries.Where(e => e.Kind != HistoryKinds.ActivityCompleted)] }, cancellationToken);
}

/// <summary>Passes everything on; each mutant overrides what it breaks.</summary>
class MutantLedger(ILedgerWriter inner) : ILedgerWriter
{
    public virtual Task<AttemptRow?> FindAsync(string runId, string key, CancellationToken cancellationToken) => inner.FindAsync(runId, key, cancellationToken);

    public Task<AttemptRow> AddAsync(AttemptRow row, CancellationToken cancellationToken) => inner.AddAsync(row, cancellationToken);

    public Task CopyAsync(AttemptRow row, CancellationToken cancellationToken) => inner.CopyAsync(row, cancellationToken);
}

/// <summary>Every delivery believes that it is the first.</summary>
sealed class ForgetsIntents(IRunHistory inner) : MutantHistory(inner)
{
    public override async Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken)
    {
        var written = await base.WriteAsync(runId, write, cancellationToken);
        return write.Intent is { } intent && written.Result is RunWriteResult.EntryTaken or RunWriteResult.IntentTaken
            ? new RunWritten(RunWriteResult.Written, 1, new AttemptLease(runId, write.Intent!.Intent.Key, write.Intent.Owner, 0, AttemptLease.DefaultBeat, LeaseState.Held, "0"))
            : written;
    }
}

/// <summary>Cents get lost.</summary>
sealed class RoundsCosts(IRunHistory inner) : MutantHistory(inner)
{
    public override Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken) =>
        base.WriteAsync(runId, write.Attempt is { } row ? write with { Attempt = row with { CostUsd = decimal.Round(row.CostUsd, 1) } } : write, cancellationToken);
}
