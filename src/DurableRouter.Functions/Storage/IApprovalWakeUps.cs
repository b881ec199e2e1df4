using DurableRouter.Core.Messages;

namespace DurableRouter.Functions.Storage;

/// <summary>The approvals whose run may not have heard of their end: an instance died between the decision and the event.</summary>
public interface IApprovalWakeUps
{
    /// <summary>Approvals that a person's decision ended and nobody has marked as told.</summary>
    IAsyncEnumerable<ApprovalRecord> AsleepAsync(CancellationToken cancellationToken);

    Task MarkToldAsync(string id, CancellationToken cancellationToken);
}
