using DurableRouter.Core.Ledger;

namespace DurableRouter.Functions.Storage;

/// <summary>Adds to the ledger what doesn't go into the store together with an entry of the history: see <see cref="RunWrite"/>. Rows are inserted under
/// keys that are derived, and never changed.</summary>
public interface ILedgerWriter
{
    /// <summary>The row of an attempt, whose copy for sums is written again; null while it has none.</summary>
    Task<AttemptRow?> FindAsync(string runId, string key, CancellationToken cancellationToken);

    /// <summary>Inserts the row unless one stands under its key.</summary>
    /// <returns>The row that stands: the given one, or an earlier one, possibly with other content.</returns>
    Task<AttemptRow> AddAsync(AttemptRow row, CancellationToken cancellationToken);

    /// <summary>Writes the copy of a row that sums are made of.</summary>
    Task CopyAsync(AttemptRow row, CancellationToken cancellationToken);
}
