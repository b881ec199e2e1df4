using DurableRouter.Core.Approvals;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Tests.Http;

/// <summary>Approvals under one lock; a decision wakes the run through <see cref="Decided"/>.</summary>
sealed class MemoryApprovals : IApprovalStore
{
    readonly Lock _lock = new();
    readonly List<ApprovalRecord> _records = [];
    readonly HashSet<string> _messages = [];

    public event Action<ApprovalRecord>? Decided;

    public Task<ApprovalRecord> RequestAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_records.Find(r => r.Id == record.Id) is { } first)
            {
                return Task.FromResult(first);
            }

            _records.Add(record);
            return Task.FromResult(record);
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
            return Task.FromResult<IReadOnlyList<ApprovalRecord>>([.. _records.Where(r => (status is null || r.Status == status)
                && (runId is null || r.RunId == runId)).Take(top)]);
        }
    }

    public Task<ApprovalRecord> DecideAsync(string id, Func<ApprovalRecord, ApprovalRecord> vote, CancellationToken cancellationToken)
    {
        var before = Find(id).Status;
        var record = Change(id, vote);
        if (before == ApprovalStatus.Pending && record.Status != ApprovalStatus.Pending)
        {
            Decided?.Invoke(record);
        }

        return Task.FromResult(record);
    }

    public Task<ApprovalRecord> MoveAsync(string id, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken) =>
        Task.FromResult(Change(id, change));

    public Task<ReadOnlyMemory<byte>> SealingKeyAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ReadOnlyMemory<byte>>(new byte[32]);

    public Task<bool> KnowsMessageAsync(string webhookId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_messages.Contains(webhookId));
        }
    }

    public Task RememberMessageAsync(string webhookId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _messages.Add(webhookId);
            return Task.CompletedTask;
        }
    }

    ApprovalRecord Find(string id)
    {
        lock (_lock)
        {
            return _records.Find(r => r.Id == id) ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, "no such approval: " + id);
        }
    }

    ApprovalRecord Change(string id, Func<ApprovalRecord, ApprovalRecord> change)
    {
        lock (_lock)
        {
            var at = _records.IndexOf(Find(id));
            return _records[at] = change(_records[at]);
        }
    }
}
