using System.Text.Json;
using Azure.Data.Tables;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>The ledger in two tables: by run, which is the truth, and by day, a copy of what sums need.</summary>
/// <remarks>The copy goes beside the row. Where a death comes between, the attempt is delivered again and the copy is written then, under the same key:
/// whoever reads an attempt's row by its key completes it.</remarks>
public sealed class TableLedger(StorageLayout storage, BlobContentStore content) : ILedger, ILedgerWriter
{
    const string AttemptPrefix = "attempt-";
    const string IntentPrefix = "intent-";
    const string RunKey = "run";
    const string Row = "Row";

    /// <summary>An intent with its lease.</summary>
    internal static TableEntity Entity(NewIntent intent)
    {
        var entity = StorageLayout.NewEntity(StorageKeys.Escape(intent.Intent.RunId), IntentKey(intent.Intent.RunId, intent.Intent.Key));
        entity["Model"] = intent.Intent.Model;
        entity["UpperBoundUnits"] = Money.ToUnits(intent.Intent.UpperBoundUsd);
        entity["At"] = intent.At;
        TableAttemptLeases.Describe(entity, intent.Owner, intent.At);
        return entity;
    }

    internal static async Task<TableEntity> EntityAsync(AttemptRow row, IContentStore content, CancellationToken cancellationToken)
    {
        var entity = StorageLayout.NewEntity(StorageKeys.Escape(row.RunId), AttemptPrefix + Attempt(row.RunId, row.Key));
        await StoredText.SetAsync(entity, Row, Json(row), content, cancellationToken);
        return entity;
    }

    internal static async Task<TableEntity> EntityAsync(RunRow row, IContentStore content, CancellationToken cancellationToken)
    {
        var entity = StorageLayout.NewEntity(StorageKeys.Escape(row.RunId), RunKey);
        entity["Pipeline"] = row.Pipeline;
        entity["Outcome"] = row.Outcome;
        entity["TotalUnits"] = Money.ToUnits(row.TotalUsd);
        await StoredText.SetAsync(entity, Row, JsonSerializer.Serialize(row, FunctionsJson.Default.RunRow), content, cancellationToken);
        return entity;
    }

    /// <summary>How many intents among a run's row keys have no attempt's row.</summary>
    internal static int OpenIntents(IReadOnlySet<string> keys) =>
        keys.Count(k => k.StartsWith(IntentPrefix, StringComparison.Ordinal) && !keys.Contains(AttemptPrefix + k[IntentPrefix.Length..]));

    public async Task<AttemptRow?> FindAsync(string runId, string key, CancellationToken cancellationToken)
    {
        var found = await storage.Ledger.FindAsync(StorageKeys.Escape(runId), AttemptPrefix + Attempt(runId, key), cancellationToken);
        if (found is null)
        {
            return null;
        }

        var row = await ReadAttemptAsync(found, cancellationToken);
        await CopyAsync(row, cancellationToken);
        return row;
    }

    public async Task<AttemptRow> AddAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        if (await storage.Ledger.TryAddAsync(await EntityAsync(row, content, cancellationToken), cancellationToken))
        {
            await CopyAsync(row, cancellationToken);
            return row;
        }

        var standing = (await FindAsync(row.RunId, row.Key, cancellationToken))!;
        return Json(standing) == Json(row) ? row : standing;
    }

    public Task CopyAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        var copy = StorageLayout.NewEntity(StorageKeys.Day(row.StartedAt), StorageKeys.Escape(row.RunId) + "|" + Attempt(row.RunId, row.Key));
        LedgerDayRow.Describe(copy, row);
        return storage.LedgerDays.UpsertEntityAsync(copy, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>A run's rows lie in one partition, whose server gives them their time; what shares a tick comes in order of its start.</summary>
    public async Task<IReadOnlyList<AttemptRow>> AttemptsAsync(string runId, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {StorageKeys.Escape(runId)} and RowKey ge {AttemptPrefix} and RowKey lt {StorageKeys.Past(AttemptPrefix)}");
        var rows = new List<(DateTimeOffset? At, AttemptRow Row)>();
        await foreach (var entity in storage.Ledger.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            rows.Add((entity.Timestamp, await ReadAttemptAsync(entity, cancellationToken)));
        }

        return [.. rows.OrderBy(r => r.At).ThenBy(r => r.Row.StartedAt).ThenBy(r => r.Row.Revision).ThenBy(r => r.Row.Ordinal).Select(r => r.Row)];
    }

    public async Task<RunRow?> RunAsync(string runId, CancellationToken cancellationToken) =>
        await storage.Ledger.FindAsync(StorageKeys.Escape(runId), RunKey, cancellationToken) is { } entity
            ? JsonSerializer.Deserialize((await StoredText.GetAsync(entity, Row, content, cancellationToken))!, FunctionsJson.Default.RunRow)
            : null;

    public async Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping,
        CancellationToken cancellationToken)
    {
        var sums = new SortedDictionary<string, CostSum>(StringComparer.Ordinal);
        await foreach (var row in LedgerDayRow.QueryAsync(storage.LedgerDays, from, to, account: null, cancellationToken))
        {
            var key = LedgerDayRow.Key(row, grouping);
            if (!sums.TryGetValue(key, out var sum))
            {
                sums.Add(key, sum = new CostSum());
            }

            sum.Add(row);
        }

        return [.. sums.Select(pair => pair.Value.ToGroup(pair.Key))];
    }

    public async Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        var tally = new RoutingTally();
        await foreach (var row in LedgerDayRow.QueryAsync(storage.LedgerDays, from, to, account: null, cancellationToken))
        {
            if (LedgerDayRow.IsRouted(row))
            {
                tally.Add(LedgerDayRow.Routing(row));
            }
        }

        return tally.ToGroups();
    }

    public async Task<decimal> CostAsync(DayAccount account, CancellationToken cancellationToken)
    {
        var from = new DateTimeOffset(account.Day, TimeOnly.MinValue, TimeSpan.Zero);
        var units = 0L;
        await foreach (var row in LedgerDayRow.QueryAsync(storage.LedgerDays, from, from.AddDays(1), account, cancellationToken))
        {
            units += row.GetInt64(LedgerDayRow.CostUnits)!.Value;
        }

        return Money.ToUsd(units);
    }

    async Task<AttemptRow> ReadAttemptAsync(TableEntity entity, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize((await StoredText.GetAsync(entity, Row, content, cancellationToken))!, CoreJson.Default.AttemptRow)!;

    /// <summary>As precise as the sums: who reads the row sees what is added up.</summary>
    static string Json(AttemptRow row) =>
        JsonSerializer.Serialize(row with { CostUsd = Money.ToUsd(Money.ToUnits(row.CostUsd)) }, CoreJson.Default.AttemptRow);

    internal static string IntentKey(string runId, string key) => IntentPrefix + Attempt(runId, key);

    /// <summary>The key without the run, which is the partition.</summary>
    static string Attempt(string runId, string key) =>
        StorageKeys.Escape(key.StartsWith(runId + "/", StringComparison.Ordinal) ? key[(runId.Length + 1)..] : key);
}
