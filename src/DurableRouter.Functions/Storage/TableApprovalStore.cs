using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Data.Tables;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Functions.Storage;

/// <summary>Approvals in one table: the record under its id, changed under its tag only, and hints that lists and sweeps find it by.</summary>
/// <remarks>A hint is written before what it tells of and removed after it is over, so one may be stale and none is missing. The record is
/// the truth.</remarks>
/// <param name="runs">Asked for when a decision wakes its run: activities use the store where no trigger has brought the task hub's client.</param>
public sealed class TableApprovalStore(StorageLayout storage, BlobContentStore content, Func<IRunClient> runs, TimeProvider clock)
    : IApprovalStore, IApprovalWakeUps
{
    const string Key = "approval";
    const string Record = "Record";
    const string Meta = "meta";
    const string SealingKey = "sealing-key";
    const string Messages = "messages";
    static readonly TimeSpan MessagesKept = TimeSpan.FromDays(2);
    readonly ApprovalHints _hints = new(storage.Approvals);

    public async Task<ApprovalRecord> RequestAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        await _hints.AddAsync(record, cancellationToken);
        return await storage.Approvals.TryAddAsync(await EntityAsync(record, cancellationToken), cancellationToken)
            ? record
            : (await GetAsync(record.Id, cancellationToken))!;
    }

    public async Task<ApprovalRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        await storage.Approvals.FindAsync(StorageKeys.Escape(id), Key, cancellationToken) is { } entity
            ? await ReadAsync(entity, cancellationToken)
            : null;

    public async Task<IReadOnlyList<ApprovalRecord>> ListAsync(ApprovalStatus? status, string? runId, int top, CancellationToken cancellationToken)
    {
        var found = new List<ApprovalRecord>();
        await foreach (var hint in _hints.ListAsync(status, runId, cancellationToken))
        {
            var record = await GetAsync(hint.Id, cancellationToken);
            if (record is not null && record.Status != ApprovalStatus.Pending)
            {
                await _hints.NoLongerPendingAsync(record, cancellationToken);
            }

            if (record is not null && (status is null || record.Status == status))
            {
                found.Add(record);
                if (found.Count == top)
                {
                    break;
                }
            }
        }

        return found;
    }

    public async Task<ApprovalRecord> DecideAsync(string id, Func<ApprovalRecord, ApprovalRecord> vote, CancellationToken cancellationToken)
    {
        var (record, changed) = await ChangeAsync(id, vote, wakes: true, cancellationToken);
        if (changed && record.Status != ApprovalStatus.Pending)
        {
            await ApprovalWakeUp.RaiseAsync(runs(), record, cancellationToken);
            await MarkToldAsync(id, cancellationToken);
        }

        return record;
    }

    public async Task<ApprovalRecord> MoveAsync(string id, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken) =>
        (await ChangeAsync(id, change, wakes: false, cancellationToken)).Record;

    public async Task<ReadOnlyMemory<byte>> SealingKeyAsync(CancellationToken cancellationToken)
    {
        var stored = await storage.Approvals.FindAsync(Meta, SealingKey, cancellationToken);
        if (stored is null)
        {
            stored = StorageLayout.NewEntity(Meta, SealingKey);
            stored["Key"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            if (!await storage.Approvals.TryAddAsync(stored, cancellationToken))
            {
                stored = await storage.Approvals.FindAsync(Meta, SealingKey, cancellationToken);
            }
        }

        return Convert.FromHexString(stored!.GetString("Key")!);
    }

    public async Task<bool> KnowsMessageAsync(string webhookId, CancellationToken cancellationToken) =>
        await storage.Approvals.FindAsync(Messages, StorageKeys.Escape(webhookId), cancellationToken) is not null;

    public async Task RememberMessageAsync(string webhookId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var message = StorageLayout.NewEntity(Messages, StorageKeys.Escape(webhookId));
        message["At"] = at;
        await storage.Approvals.TryAddAsync(message, cancellationToken);
        var old = TableClient.CreateQueryFilter($"PartitionKey eq {Messages} and At lt {at - MessagesKept}");
        await foreach (var forgotten in storage.Approvals.QueryAsync<TableEntity>(old, cancellationToken: cancellationToken))
        {
            await storage.Approvals.DeleteEntityAsync(Messages, forgotten.RowKey, cancellationToken: cancellationToken);
        }
    }

    public async IAsyncEnumerable<ApprovalRecord> AsleepAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var hint in _hints.AsleepAsync(cancellationToken))
        {
            if (await GetAsync(hint.Id, cancellationToken) is { Status: not ApprovalStatus.Pending } record)
            {
                yield return record;
            }
            else if (hint.At < clock.GetUtcNow() - ApprovalHints.DecisionLimit)
            {
                await _hints.AwakeAsync(hint.Id, cancellationToken);
            }
        }
    }

    public Task MarkToldAsync(string id, CancellationToken cancellationToken) => _hints.AwakeAsync(id, cancellationToken);

    async Task<(ApprovalRecord Record, bool Changed)> ChangeAsync(string id, Func<ApprovalRecord, ApprovalRecord> change, bool wakes,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            var entity = await storage.Approvals.FindAsync(StorageKeys.Escape(id), Key, cancellationToken)
                ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, $"There is no approval {id}.");
            var record = await ReadAsync(entity, cancellationToken);
            var changed = change(record);
            if (ReferenceEquals(changed, record))
            {
                return (record, false);
            }

            var ends = record.Status == ApprovalStatus.Pending && changed.Status != ApprovalStatus.Pending;
            if (ends && wakes)
            {
                await _hints.AsleepAsync(id, clock.GetUtcNow(), cancellationToken);
            }

            if (await storage.Approvals.TryReplaceAsync(await EntityAsync(changed, cancellationToken), entity.ETag, cancellationToken))
            {
                if (ends)
                {
                    await _hints.NoLongerPendingAsync(changed, cancellationToken);
                }

                return (changed, true);
            }
        }
    }

    async Task<TableEntity> EntityAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        var entity = StorageLayout.NewEntity(StorageKeys.Escape(record.Id), Key);
        entity["RunId"] = record.RunId;
        entity["Status"] = record.Status.ToString();
        entity["RequestedAt"] = record.RequestedAt;
        entity["ExpiresAt"] = record.ExpiresAt;
        await StoredText.SetAsync(entity, Record, JsonSerializer.Serialize(record, CoreJson.Default.ApprovalRecord), content, cancellationToken);
        return entity;
    }

    async Task<ApprovalRecord> ReadAsync(TableEntity entity, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize((await StoredText.GetAsync(entity, Record, content, cancellationToken))!, CoreJson.Default.ApprovalRecord)!;
}
