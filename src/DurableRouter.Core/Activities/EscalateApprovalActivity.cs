using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Notifications;

namespace DurableRouter.Core.Activities;

/// <summary>Asks another group about an approval that nobody decided. A redelivery finds the group asked already.</summary>
sealed class EscalateApprovalActivity(IApprovalStore approvals, ApprovalNotices notices)
    : Activity<EscalateApproval, ClosedApproval>(RouterActivities.EscalateApproval)
{
    public override async Task<ClosedApproval> RunAsync(IActivityScope scope, EscalateApproval input, CancellationToken cancellationToken)
    {
        var record = await approvals.MoveAsync(input.Id, stored => ApprovalMoves.Escalate(stored, input.To, input.At, input.ExpiresAt), cancellationToken);
        await notices.EscalatedAsync(record, input.To, input.At, cancellationToken);
        return await ClosedApprovals.OfAsync(record, scope.Content, cancellationToken);
    }
}
