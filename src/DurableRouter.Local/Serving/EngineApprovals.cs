using DurableRouter.Core.Approvals;

namespace DurableRouter.Local.Serving;

/// <summary>The engine's approvals for activities that are made before the engine is.</summary>
internal sealed class EngineApprovals(Func<IApprovalStore> store) : IApprovalStore
{
    public Task<ApprovalRecord> RequestAsync(ApprovalRecord record, CancellationToken cancellationToken) => store().RequestAsync(record, cancellationToken);

    public Task<ApprovalRecord?> GetAsync(string id, CancellationToken cancellationToken) => store().GetAsync(id, cancellationToken);

    public Task<IReadOnlyList<ApprovalRecord>> ListAsync(ApprovalStatus? status, string? runId, int top, CancellationToken cancellationToken) =>
        store().ListAsync(status, runId, top, cancellationToken);

    public Task<ApprovalRecord> DecideAsync(string id, ApprovalDecision decision, CancellationToken cancellationToken) =>
        store().DecideAsync(id, decision, cancellationToken);

    public Task<ApprovalRecord> CloseAsync(string id, ApprovalStatus status, DateTimeOffset at, CancellationToken cancellationToken) =>
        store().CloseAsync(id, status, at, cancellationToken);
}
