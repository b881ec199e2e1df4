using System.Text.Json;
using Azure.Data.Tables;
using DurableRouter.Core;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Functions.Storage;

/// <summary>The ledger in two tables: by run, which is the truth, and by day, a copy of what sums need.</summary>
/// <remarks>The copy is written after the row. Where a death comes between, the attempt is delivered again, finds its row, and the copy is
/// written then: whoever reads an attempt's row by its key completes it.</remarks>
public sealed class TableLedger(StorageLayout storage, BlobContentStore content) : ILedger, ILedgerWriter
{
    const string AttemptPrefix = "attempt-";
    const string IntentPrefix = "intent-";
    const string RunKey = "run";
    const string Row = "Row";

    public async Task<AttemptLease?> TryAddIntentAsync(AttemptIntent intent, string owner, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var entity = StorageLayout.NewEntity(StorageKeys.Escape(intent.RunId), IntentKey(intent.RunId, intent.Key));
        entity["Model"] = intent.Model;
        entity["UpperBoundUnits"] = Money.ToUnits(intent.UpperBoundUsd);
        entity["At"] = at;
        TableAttemptLeases.Describe(entity, owner, at);
        if (await storage.Ledger.TryAddTaggedAsync(entity, cancellationToken) is not { } tag)
        {
            return null;
        }

        entity.ETag = tag;
        return TableAttemptLeases.Read(entity, intent.RunId, intent.Key);
    }

    public async Task<bool> HasOpenIntentsAsync(string runId, CancellationToken cancellationToken)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entity in storage.Ledger.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {StorageKeys.Escape(runId)}"),
            select: ["RowKey"], cancellationToken: cancellationToken))
        {
            keys.Add(entity.RowKey);
        }

        return keys.Any(k => k.StartsWith(IntentPrefix, StringComparison.Ordinal) && !keys.Contains(AttemptPrefix + k[IntentPrefix.Length..]));
    }

    public async Task<AttemptRow?> FindAsync(string runId, string key, CancellationToken cancellationToken)
    {
        var found = await storage.Ledger.FindAsync(StorageKeys.Escape(runId), AttemptPrefix + Attempt(runId, key), cancellationToken);
        return found is null ? null : await CopyAsync(await ReadAttemptAsync(found, cancellationToken), cancellationToken);
    }

    public async Task<AttemptRow> AddAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        var json = Json(row);
        var entity = StorageLayout.NewEntity(StorageKeys.Escape(row.RunId), AttemptPrefix + Attempt(row.RunId, row.Key));
        LedgerDayRow.Describe(entity, row);
        await StoredText.SetAsync(entity, Row, json, content, cancellationToken);
        if (await storage.Ledger.TryAddAsync(entity, cancellationToken))
        {
            return await CopyAsync(row, cancellationToken);
        }

        var standing = (await FindAsync(row.RunId, row.Key, cancellationToken))!;
        return Json(standing) == json ? row : standing;
    }

    public async Task<RunRow> AddAsync(RunRow row, CancellationToken cancellationToken)
    {
        var partition = StorageKeys.Escape(row.RunId);
        var entity = StorageLayout.NewEntity(partition, RunKey);
        entity["Pipeline"] = row.Pipeline;
        entity["Outcome"] = row.Outcome;
        entity["TotalUnits"] = Money.ToUnits(row.TotalUsd);
        await StoredText.SetAsync(entity, Row, JsonSerializer.Serialize(row, FunctionsJson.Default.RunRow), content, cancellationToken);
        return await storage.Ledger.TryAddAsync(entity, cancellationToken) ? row : (await RunAsync(row.RunId, cancellationToken))!;
    }

    /// <summary>A run's rows lie in one partition, whose server gives them their time; what shares a tick comes in order of its start.</summary>
    public async Task<IReadOnlyList<AttemptRow>> AttemptsAsync(string runId, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {StorageKeys.Escape(runId)} and RowKey ge {AttemptPrefix} and RowKey lt {Past(AttemptPrefix)}");
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

    async Task<AttemptRow> CopyAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        var copy = StorageLayout.NewEntity(StorageKeys.Day(row.StartedAt), StorageKeys.Escape(row.RunId) + "|" + Attempt(row.RunId, row.Key));
        LedgerDayRow.Describe(copy, row);
        await storage.LedgerDays.UpsertEntityAsync(copy, TableUpdateMode.Replace, cancellationToken);
        return row;
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

    /// <summary>The first key that doesn't begin so.</summary>
    static string Past(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}
