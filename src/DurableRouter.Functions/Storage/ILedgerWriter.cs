using DurableRouter.Core.Ledger;

namespace DurableRouter.Functions.Storage;

/// <summary>Adds to the ledger. Rows are inserted under keys that are derived, and never changed.</summary>
public interface ILedgerWriter
{
    /// <summary>Makes an attempt's intent durable, with a lease.</summary>
    /// <param name="owner">Of the lease.</param>
    /// <param name="at">UTC.</param>
    /// <returns>Null when the intent was there: an earlier delivery may have made the call.</returns>
    Task<AttemptLease?> TryAddIntentAsync(AttemptIntent intent, string owner, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Whether a call of the run may have gone out that has no row: it is under way, or its delivery died.</summary>
    Task<bool> HasOpenIntentsAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The row of an attempt; null while it has none.</summary>
    Task<AttemptRow?> FindAsync(string runId, string key, CancellationToken cancellationToken);

    /// <summary>Inserts the row unless one stands under its key.</summary>
    /// <returns>The row that stands: the given one, or an earlier one, possibly with other content.</returns>
    Task<AttemptRow> AddAsync(AttemptRow row, CancellationToken cancellationToken);

    /// <summary>The same for a run's row.</summary>
    Task<RunRow> AddAsync(RunRow row, CancellationToken cancellationToken);
}
