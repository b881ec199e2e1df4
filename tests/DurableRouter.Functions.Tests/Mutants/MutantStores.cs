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

    public Task SettledAsync(RunEntry entry, CancellationToken cancellationToken) => inner.SettledAsync(entry, cancellationToken);
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

/// <summary>Results of activities don't reach the history.</summary>
sealed class LosesEntries(IRunHistory inner) : IRunHistory
{
    public Task<AppendedEntry> AppendAsync(string runId, NewHistoryEntry entry, CancellationToken cancellationToken) =>
        entry.Kind == HistoryKinds.ActivityCompleted
            ? Task.FromResult(new AppendedEntry(new HistoryEntry(0, entry.At, entry.Kind, entry.Name, entry.Subject, entry.Data), Added: true))
            : inner.AppendAsync(runId, entry, cancellationToken);

    public Task<HistoryEntry?> FindAsync(string runId, string entryId, CancellationToken cancellationToken) =>
        inner.FindAsync(runId, entryId, cancellationToken);

    public Task<IReadOnlyList<HistoryEntry>> ReadAsync(string runId, long after, CancellationToken cancellationToken) =>
        inner.ReadAsync(runId, after, cancellationToken);

    public Task<long> LastAsync(string runId, CancellationToken cancellationToken) => inner.LastAsync(runId, cancellationToken);

    public Task RemoveAsync(string runId, CancellationToken cancellationToken) => inner.RemoveAsync(runId, cancellationToken);
}

/// <summary>Passes everything on; each mutant overrides what it breaks.</summary>
class MutantLedger(ILedgerWriter inner) : ILedgerWriter
{
    public virtual Task<AttemptLease?> TryAddIntentAsync(AttemptIntent intent, string owner, DateTimeOffset at, CancellationToken cancellationToken) =>
        inner.TryAddIntentAsync(intent, owner, at, cancellationToken);

    public Task<bool> HasOpenIntentsAsync(string runId, CancellationToken cancellationToken) => inner.HasOpenIntentsAsync(runId, cancellationToken);

    public virtual Task<AttemptRow?> FindAsync(string runId, string key, CancellationToken cancellationToken) => inner.FindAsync(runId, key, cancellationToken);

    public virtual Task<AttemptRow> AddAsync(AttemptRow row, CancellationToken cancellationToken) => inner.AddAsync(row, cancellationToken);

    public virtual Task<RunRow> AddAsync(RunRow row, CancellationToken cancellationToken) => inner.AddAsync(row, cancellationToken);
}

/// <summary>Every delivery believes that it is the first.</summary>
sealed class ForgetsIntents(ILedgerWriter inner) : MutantLedger(inner)
{
    public override async Task<AttemptLease?> TryAddIntentAsync(AttemptIntent intent, string owner, DateTimeOffset at, CancellationToken cancellationToken) =>
        await base.TryAddIntentAsync(intent, owner, at, cancellationToken)
            ?? new AttemptLease(intent.RunId, intent.Key, owner, 0, AttemptLease.DefaultBeat, LeaseState.Held, "none");
}

/// <summary>Cents get lost.</summary>
sealed class RoundsCosts(ILedgerWriter inner) : MutantLedger(inner)
{
    public override async Task<AttemptRow> AddAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        await base.AddAsync(row with { CostUsd = decimal.Round(row.CostUsd, 1) }, cancellationToken);
        return row;
    }
}
