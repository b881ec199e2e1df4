using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using DurableRouter.Core.Messages;

namespace DurableRouter.Functions.Storage;

/// <summary>Where approvals are found by: pending ones, a run's, all by month, and decided ones whose run may not have heard of it.</summary>
sealed class ApprovalHints(TableClient table)
{
    /// <summary>A decision that hasn't been written by now never will be.</summary>
    public static readonly TimeSpan DecisionLimit = TimeSpan.FromMinutes(10);

    const string Pending = "pending";
    const string Asleep = "asleep";
    const string RunPrefix = "run-";
    const string MonthPrefix = "month-";
    const string PastMonths = "month.";
    const string Id = "Id";
    const string At = "At";

    public async Task AddAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        foreach (var partition in new[] { Pending, RunPrefix + StorageKeys.Escape(record.RunId), MonthPrefix + StorageKeys.Month(record.RequestedAt) })
        {
            await AddAsync(partition, StorageKeys.OldestFirst(record.RequestedAt, record.Id), record.Id, record.RequestedAt, cancellationToken);
        }
    }

    public Task NoLongerPendingAsync(ApprovalRecord record, CancellationToken cancellationToken) =>
        table.DeleteEntityAsync(Pending, StorageKeys.OldestFirst(record.RequestedAt, record.Id), cancellationToken: cancellationToken);

    public Task AsleepAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        AddAsync(Asleep, StorageKeys.Escape(id), id, at, cancellationToken);

    public Task AwakeAsync(string id, CancellationToken cancellationToken) =>
        table.DeleteEntityAsync(Asleep, StorageKeys.Escape(id), cancellationToken: cancellationToken);

    public IAsyncEnumerable<ApprovalHint> AsleepAsync(CancellationToken cancellationToken) =>
        QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {Asleep}"), cancellationToken);

    /// <summary>Oldest first, perhaps more than asked for.</summary>
    public IAsyncEnumerable<ApprovalHint> ListAsync(ApprovalStatus? status, string? runId, CancellationToken cancellationToken) => QueryAsync(
        runId is not null ? TableClient.CreateQueryFilter($"PartitionKey eq {RunPrefix + StorageKeys.Escape(runId)}")
        : status == ApprovalStatus.Pending ? TableClient.CreateQueryFilter($"PartitionKey eq {Pending}")
        : TableClient.CreateQueryFilter($"PartitionKey ge {MonthPrefix} and PartitionKey lt {PastMonths}"), cancellationToken);

    async Task AddAsync(string partition, string row, string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var hint = StorageLayout.NewEntity(partition, row);
        hint[Id] = id;
        hint[At] = at;
        await table.UpsertEntityAsync(hint, TableUpdateMode.Replace, cancellationToken);
    }

    async IAsyncEnumerable<ApprovalHint> QueryAsync(string filter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            yield return new ApprovalHint(row.GetString(Id)!, row.GetDateTimeOffset(At)!.Value);
        }
    }
}

/// <param name="At">When it was requested or, of one asleep, decided; UTC.</param>
readonly record struct ApprovalHint(string Id, DateTimeOffset At);
