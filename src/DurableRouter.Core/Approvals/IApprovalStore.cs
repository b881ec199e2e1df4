namespace DurableRouter.Core.Approvals;

/// <summary>Where approvals and their single decision live.</summary>
/// <remarks>Implementations must make <see cref="DecideAsync"/> and <see cref="CloseAsync"/> atomic against each other: the first to
/// leave <see cref="ApprovalStatus.Pending"/> wins, for ever.</remarks>
public interface IApprovalStore
{
    /// <summary>Adds the record unless its id exists: a redelivered request finds the first one.</summary>
    Task<ApprovalRecord> RequestAsync(ApprovalRecord record, CancellationToken cancellationToken);

    Task<ApprovalRecord?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    Task<IReadOnlyList<ApprovalRecord>> ListAsync(ApprovalStatus? status, string? runId, int top, CancellationToken cancellationToken);

    /// <summary>Records the decision if the approval is still pending, and wakes the run with the event named <c>approval:ID</c>.</summary>
    /// <returns>The record as it then stands: the caller compares its decision with its own.</returns>
    /// <exception cref="Errors.DurableRouterException">Code <c>approval_not_found</c>.</exception>
    Task<ApprovalRecord> DecideAsync(string id, ApprovalDecision decision, CancellationToken cancellationToken);

    /// <summary>Moves a pending approval to <paramref name="status"/> (expired, withdrawn, or approved by its time-out policy).</summary>
    /// <returns>The record as it then stands.</returns>
    Task<ApprovalRecord> CloseAsync(string id, ApprovalStatus status, DateTimeOffset at, CancellationToken cancellationToken);
}
