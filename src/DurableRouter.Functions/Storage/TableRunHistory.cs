using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Functions.Storage;

/// <summary>One partition per run: a head with the last number, the entries by number, and a mark per entry id. An entry, its mark and the
/// head change in one transaction, so numbers have no gaps and no entry comes twice.</summary>
public sealed class TableRunHistory(StorageLayout storage, BlobContentStore content) : IRunHistory
{
    const string Head = "head";
    const string MarkPrefix = "id-";
    const string Last = "Last";
    const string Data = "Data";
    const string Sequence = "Sequence";
    const int MostTries = 60;

    public async Task<AppendedEntry> AppendAsync(string runId, NewHistoryEntry entry, CancellationToken cancellationToken)
    {
        var partition = StorageKeys.Escape(runId);
        var writer = Guid.NewGuid().ToString("N");
        var data = StorageLayout.NewEntity(partition, "");
        await StoredText.SetAsync(data, Data, entry.Data?.GetRawText(), content.For(runId), cancellationToken);
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var head = await storage.RunHistory.FindAsync(partition, Head, cancellationToken);
            var sequence = (head?.GetInt64(Last) ?? 0) + 1;
            if (await storage.RunHistory.TrySubmitAsync(Append(data, entry, sequence, head, writer), cancellationToken))
            {
                return new AppendedEntry(new HistoryEntry(sequence, entry.At, entry.Kind, entry.Name, entry.Subject, entry.Data), Added: true);
            }

            if (await MarkAsync(partition, entry.Id, cancellationToken) is { } mark)
            {
                // Its writer may be this call: a transaction whose answer got lost is sent again by the SDK.
                return new AppendedEntry(await EntryAsync(runId, mark.GetInt64(Sequence)!.Value, cancellationToken), mark.GetString("Writer") == writer);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(Math.Min(tries * tries, 100))), cancellationToken); // out of the others' step
        }

        throw new DurableRouterException(ErrorCodes.StorageBusy,
            $"The history of {runId} took other entries {MostTries} times, or its head does not fit them. Nothing was added. Try again later.");
    }

    public async Task<HistoryEntry?> FindAsync(string runId, string entryId, CancellationToken cancellationToken) =>
        await MarkAsync(StorageKeys.Escape(runId), entryId, cancellationToken) is { } mark
            ? await EntryAsync(runId, mark.GetInt64(Sequence)!.Value, cancellationToken)
            : null;

    public async Task<IReadOnlyList<HistoryEntry>> ReadAsync(string runId, long after, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {StorageKeys.Escape(runId)} and RowKey gt {Key(after)} and RowKey lt {":"}");
        var entries = new List<HistoryEntry>();
        await foreach (var entity in storage.RunHistory.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            entries.Add(await ReadAsync(entity, cancellationToken));
        }

        return entries;
    }

    public async Task<long> LastAsync(string runId, CancellationToken cancellationToken) =>
        (await storage.RunHistory.FindAsync(StorageKeys.Escape(runId), Head, cancellationToken))?.GetInt64(Last) ?? 0;

    public Task RemoveAsync(string runId, CancellationToken cancellationToken) =>
        storage.RunHistory.RemovePartitionAsync(StorageKeys.Escape(runId), cancellationToken);

    static IReadOnlyList<TableTransactionAction> Append(TableEntity data, NewHistoryEntry entry, long sequence, TableEntity? head, string writer)
    {
        data.RowKey = Key(sequence);
        data[Sequence] = sequence;
        data["At"] = entry.At;
        data["Kind"] = entry.Kind;
        data["Name"] = entry.Name;
        data["Subject"] = entry.Subject;
        var mark = StorageLayout.NewEntity(data.PartitionKey, MarkPrefix + StorageKeys.Escape(entry.Id));
        mark[Sequence] = sequence;
        mark["Writer"] = writer;
        var moved = StorageLayout.NewEntity(data.PartitionKey, Head);
        moved[Last] = sequence;
        return
        [
            new(TableTransactionActionType.Add, data),
            new(TableTransactionActionType.Add, mark),
            head is null ? new(TableTransactionActionType.Add, moved) : new(TableTransactionActionType.UpdateReplace, moved, head.ETag),
        ];
    }

    static string Key(long sequence) => sequence.ToString("D19", CultureInfo.InvariantCulture);

    Task<TableEntity?> MarkAsync(string partition, string entryId, CancellationToken cancellationToken) =>
        storage.RunHistory.FindAsync(partition, MarkPrefix + StorageKeys.Escape(entryId), cancellationToken);

    async Task<HistoryEntry> EntryAsync(string runId, long sequence, CancellationToken cancellationToken) =>
        await ReadAsync((await storage.RunHistory.FindAsync(StorageKeys.Escape(runId), Key(sequence), cancellationToken))!, cancellationToken);

    async Task<HistoryEntry> ReadAsync(TableEntity entity, CancellationToken cancellationToken) => new(entity.GetInt64(Sequence)!.Value,
        entity.GetDateTimeOffset("At")!.Value, entity.GetString("Kind")!, entity.GetString("Name"), entity.GetInt64("Subject")!.Value,
        await StoredText.FindAsync(entity, Data, content, cancellationToken) is { } json ? JsonElement.Parse(json) : null);
}
