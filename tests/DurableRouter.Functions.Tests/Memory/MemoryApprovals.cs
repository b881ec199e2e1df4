using System.Runtime.CompilerServices;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Memory;

sealed class MemoryApprovals(Func<IRunClient> runs) : IApprovalStore, IApprovalWakeUps
{
    readonly Lock _lock = new();
    readonly List<ApprovalRecord> _records = [];
    readonly HashSet<string> _asleep = [];

    /// <summary>The process dies when the decision is stored and before the run is told.</summary>
    public bool DiesBeforeWakeUp { get; set; }

    public IReadOnlyList<ApprovalRecord> All => _records;

    public Task<ApprovalRecord> RequestAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_records.Exists(r => r.Id == record.Id))
            {
                _records.Add(record);
            }

            return Task.FromResult(_records.First(r => r.Id == record.Id));
        }
    }

    public Task<ApprovalRecord?> GetAsync(string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_records.Find(r => r.Id == id));
        }
    }

    public Task<IReadOnlyList<ApprovalRecord>> ListAsync(ApprovalStatus? status, string? runId, int top, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ApprovalRecord>>(
                [.. _records.Where(r => (status is null || r.Status == status) && (runId is null || r.RunId == runId)).Take(top)]);
        }
    }

    public async Task<ApprovalRecord> DecideAsync(string id, Func<ApprovalRecord, ApprovalRecord> vote, CancellationToken cancellationToken)
    {
        var record = await MoveAsync(id, vote, cancellationToken);
        if (record.Status != ApprovalStatus.Pending)
        {
            _asleep.Add(id);
            if (DiesBeforeWakeUp)
            {
                throw new IOException("the process died");
            }

            await ApprovalWakeUp.RaiseAsync(runs(), record, cancellationToken);
            await MarkToldAsync(id, cancellationToken);
        }

        return record;
    }

    public Task<ApprovalRecord> MoveAsync(string id, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var at = _records.FindIndex(r => r.Id == id);
            return Task.FromResult(at < 0 ? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, id) : _records[at] = change(_records[at]));
        }
    }

    public Task<ReadOnlyMemory<byte>> SealingKeyAsync(CancellationToken cancellationToken) => Task.FromResult<ReadOnlyMemory<byte>>(new byte[32]);

    public Task<bool> KnowsMessageAsync(string webhookId, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task RememberMessageAsync(string webhookId, DateTimeOffset at, CancellationToken cancellationToken) => Task.CompletedTask;

    public async IAsyncEnumerable<ApprovalRecord> AsleepAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var id in _asleep.ToList())
        {
            yield return (await GetAsync(id, cancellationToken))!;
        }
    }

    public Task MarkToldAsync(string id, CancellationToken cancellationToken)
    {
        _asleep.Remove(id);
        return Task.CompletedTask;
    }
}
