using System.Globalization;
using Azure.Data.Tables;

namespace DurableRouter.Functions.Storage;

/// <summary>Runs as 0.1 kept them: a claim and a row of their own, and the history in another table. The first look at one moves it.</summary>
/// <remarks>The head comes last: until it stands, whoever looks moves all of it again, to the same rows. The old rows are left; the claim of the id and
/// the row in the list mean the same in both layouts.</remarks>
sealed class FirstLayout(StorageLayout storage)
{
    const string Claim = "run";
    const string MarkPrefix = "id-";

    // Entries of a transaction, whose limit is 4 MiB.
    const int Together = 20;

    /// <returns>False when there is no such run.</returns>
    public async Task<bool> MoveAsync(string runId, CancellationToken cancellationToken)
    {
        var partition = StorageKeys.Escape(runId);
        if (await storage.RunClaims.FindAsync(partition, Claim, cancellationToken) is not { } claim)
        {
            return false;
        }

        var createdAt = claim.GetDateTimeOffset(RunEntity.CreatedAt)!.Value;
        var row = await storage.Runs.FindAsync(StorageKeys.NewestDay(createdAt), StorageKeys.NewestFirst(createdAt, runId), cancellationToken);
        var head = new TableEntity(row ?? claim) { PartitionKey = partition, RowKey = RunHead.RowKey };
        var (last, end) = await MoveHistoryAsync(partition, cancellationToken);
        head["IdempotencyKey"] = claim["IdempotencyKey"];
        head[RunHead.LastName] = last;
        head[RunEntity.EndSequence] = end;
        head[RunHead.OpenCallsName] = await OpenCallsAsync(partition, cancellationToken);
        await storage.Ledger.TryAddAsync(head, cancellationToken);
        return true;
    }

    async Task<(long Last, long? End)> MoveHistoryAsync(string partition, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<long, string>();
        var entries = new SortedDictionary<long, TableEntity>();
        await foreach (var row in storage.RunHistory.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"),
            cancellationToken: cancellationToken))
        {
            if (row.RowKey.StartsWith(MarkPrefix, StringComparison.Ordinal))
            {
                ids[row.GetInt64("Sequence")!.Value] = row.RowKey;
            }
            else if (long.TryParse(row.RowKey, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                entries[sequence] = row;
            }
        }

        foreach (var some in entries.Chunk(Together))
        {
            await storage.Ledger.SubmitTransactionAsync(some.SelectMany(e => Rows(e.Key, e.Value, ids[e.Key])), cancellationToken);
        }

        return (entries.Keys.LastOrDefault(), entries.Where(e => ids[e.Key] == MarkPrefix + RunEntity.EndEntry).Select(e => (long?)e.Key).FirstOrDefault());
    }

    static IEnumerable<TableTransactionAction> Rows(long sequence, TableEntity entry, string mark)
    {
        yield return new(TableTransactionActionType.UpsertReplace, entry);
        yield return new(TableTransactionActionType.UpsertReplace, new TableEntity(entry.PartitionKey, mark)
        {
            [StorageLayout.VersionName] = StorageLayout.SchemaVersion,
            ["Sequence"] = sequence,
        });
    }

    async Task<int> OpenCallsAsync(string partition, CancellationToken cancellationToken)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in storage.Ledger.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), select: ["RowKey"],
            cancellationToken: cancellationToken))
        {
            keys.Add(row.RowKey);
        }

        return TableLedger.OpenIntents(keys);
    }
}
