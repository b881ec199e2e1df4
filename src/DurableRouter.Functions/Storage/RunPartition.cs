using Azure.Data.Tables;

namespace DurableRouter.Functions.Storage;

/// <summary>Where all that belongs to a run lies together: its entry (the head), its history and its part of the ledger, so that what happens at once is
/// written at once.</summary>
public sealed class RunPartition(StorageLayout storage, BlobContentStore content)
{
    readonly FirstLayout _first = new(storage);

    internal TableClient Table => storage.Ledger;

    internal BlobContentStore Content => content;

    internal RunHeads Heads { get; } = new();

    internal Task<TableEntity?> FindAsync(string runId, string rowKey, CancellationToken cancellationToken) =>
        Table.FindAsync(StorageKeys.Escape(runId), rowKey, cancellationToken);

    /// <summary>The whole head; null for an unknown run.</summary>
    internal async Task<TableEntity?> EntryAsync(string runId, CancellationToken cancellationToken) =>
        await FindAsync(runId, RunHead.RowKey, cancellationToken) is { } head ? head
        : await _first.MoveAsync(runId, cancellationToken) ? await FindAsync(runId, RunHead.RowKey, cancellationToken)
        : null;

    internal async Task<RunHead?> HeadAsync(string runId, CancellationToken cancellationToken) =>
        await EntryAsync(runId, cancellationToken) is { } entity ? RunHead.Read(entity) : null;
}
