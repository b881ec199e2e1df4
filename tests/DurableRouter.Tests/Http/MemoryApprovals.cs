using DurableRouter.Core.Approvals;
using DurableRouter.Core.Errors;

namespace DurableRouter.Tests.Http;

/// <summary>Approvals under one lock; a decision wakes the run through <see cref="Decided"/>.</summary>
sealed class MemoryApprovals : IApprovalStore
{
    readonly Lock _lock = new();
    readonly List<ApprovalRecord> _records = [];

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

    public Task<ApprovalRecord> DecideAsync(string id, ApprovalDecision decision, CancellationToken cancellationToken) =>
        LeavePending(id, record => record with { Status = decision.Decision, Decision = decision });

    public Task<ApprovalRecord> CloseAsync(string id, ApprovalStatus status, DateTimeOffset at, CancellationToken cancellationToken) =>
        LeavePending(id, record => record with { Status = status });

    Task<ApprovalRecord> LeavePending(string id, Func<ApprovalRecord, ApprovalRecord> change)
    {
        ApprovalRecord changed;
        lock (_lock)
        {
            var at = _records.FindIndex(r => r.Id == id);
            if (at < 0)
            {
                throw new DurableRouterException(ErrorCodes.ApprovalNotFound, "no such approval: " + id);
            }

            if (_records[at].Status != ApprovalStatus.Pending)
            {
                return Task.FromResult(_records[at]);
            }

            _records[at] = changed = change(_records[at]);
        }

        Decided?.Invoke(changed);
        return Task.FromResult(changed);
    }
}
