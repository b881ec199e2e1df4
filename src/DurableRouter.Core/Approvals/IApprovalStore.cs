using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Approvals;

/// <summary>Where approvals, their votes and their single outcome live.</summary>
/// <remarks>What a record may become is decided by the function that is given to <see cref="DecideAsync"/> and <see cref="MoveAsync"/>, which
/// is pure. An implementation applies it to the record as it is stored and must write the result only if nobody wrote in between; else it
/// reads again and applies it again. A result that is the same instance means: nothing to write. No implementation looks into votes or
/// states itself, except that a record which leaves <see cref="ApprovalStatus.Pending"/> by <see cref="DecideAsync"/> wakes its run.</remarks>
public interface IApprovalStore
{
    /// <summary>Adds the record unless its id exists: a redelivered request finds the first one.</summary>
    Task<ApprovalRecord> RequestAsync(ApprovalRecord record, CancellationToken cancellationToken);

    Task<ApprovalRecord?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    Task<IReadOnlyList<ApprovalRecord>> ListAsync(ApprovalStatus? status, string? runId, int top, CancellationToken cancellationToken);

    /// <summary>A person's vote. When it ends the approval, the run is woken with the event named <c>approval:ID</c>, also if the process
    /// dies in between.</summary>
    /// <returns>The record as it then stands: the caller looks for its own vote in it.</returns>
    /// <exception cref="Errors.DurableRouterException">Code <c>approval_not_found</c>.</exception>
    Task<ApprovalRecord> DecideAsync(string id, Func<ApprovalRecord, ApprovalRecord> vote, CancellationToken cancellationToken);

    /// <summary>A change by the run itself or by its end (escalated, expired, withdrawn, approved by its time-out policy); it wakes nobody.</summary>
    /// <returns>The record as it then stands.</returns>
    /// <exception cref="Errors.DurableRouterException">Code <c>approval_not_found</c>.</exception>
    Task<ApprovalRecord> MoveAsync(string id, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken);

    /// <summary>The 32 random bytes that one-time links are sealed with: drawn once, the same for every instance, for ever.</summary>
    Task<ReadOnlyMemory<byte>> SealingKeyAsync(CancellationToken cancellationToken);

    /// <summary>Whether a message with this <c>webhook-id</c> was acted on.</summary>
    Task<bool> KnowsMessageAsync(string webhookId, CancellationToken cancellationToken);

    /// <summary>Keeps the <c>webhook-id</c> of a message that was acted on, for a day at least; older messages are refused by their time.</summary>
    Task RememberMessageAsync(string webhookId, DateTimeOffset at, CancellationToken cancellationToken);
}
