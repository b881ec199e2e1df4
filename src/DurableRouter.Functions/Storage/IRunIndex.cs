using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Storage;

/// <summary>One entry per run: who started it, what lists filter by, and how it ended. Claims ids and idempotency keys.</summary>
/// <remarks>Every write is conditional, so that of several instances one wins.</remarks>
public interface IRunIndex
{
    /// <summary>Adds the entry, the key and the first entry of the history, or tells who had the key or the id before.</summary>
    /// <returns>The run that the key belongs to: <paramref name="entry"/>'s own when the claim succeeded or had succeeded before.</returns>
    /// <exception cref="Core.Errors.DurableRouterException">Codes <c>idempotency_mismatch</c>, <c>run_id_taken</c> (an id claimed without a
    /// key, or with another one).</exception>
    Task<RunClaim> ClaimAsync(RunEntry entry, IdempotencyClaim? idempotency, CancellationToken cancellationToken);

    /// <summary>Null for an unknown run; purged ones come, as tombstones.</summary>
    Task<RunEntry?> GetAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Writes <see cref="RunEntry.ClaimedAt"/>, <see cref="RunEntry.End"/> and <see cref="RunEntry.PurgedAt"/> if the entry still is the one that was
    /// read.</summary>
    /// <param name="entry">With the <see cref="RunEntry.ETag"/> of its reading.</param>
    /// <returns>The entry as stored; null when another writer was faster.</returns>
    Task<RunEntry?> UpdateAsync(RunEntry entry, CancellationToken cancellationToken);

    /// <summary>Brings the lists up to date with a run's end. May be repeated.</summary>
    Task EndedAsync(RunStub run, RunEnding end, CancellationToken cancellationToken);

    /// <summary>Takes an ended run's end back, if the entry still is the one that was read.</summary>
    /// <returns>The entry as stored; null when another writer was faster.</returns>
    Task<RunEntry?> ReopenAsync(RunEntry entry, CancellationToken cancellationToken);

    /// <summary>Newest first. May leave out entries whose <see cref="RunEntry.End"/> the query's statuses don't name; live ones come
    /// whatever statuses the query names, because only the task hub knows theirs. No purged ones.</summary>
    Task<RunEntryPage> ListAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Runs that nobody has called settled, created before this time (UTC), oldest first: live ones, and ended ones that may lack
    /// something. No purged ones.</summary>
    IAsyncEnumerable<RunEntry> UnsettledAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken);

    /// <summary>Says of an ended run that nothing of it is missing.</summary>
    Task SettledAsync(string runId, DateTimeOffset createdAt, CancellationToken cancellationToken);
}

/// <param name="Entry">The entry of the run that stands behind the key.</param>
/// <param name="Fresh">True when this call added it.</param>
public sealed record RunClaim(RunEntry Entry, bool Fresh);

public sealed record RunEntryPage(IReadOnlyList<RunEntry> Entries, string? ContinuationToken);
