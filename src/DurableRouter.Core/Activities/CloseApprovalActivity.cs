using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Activities;

/// <summary>Reads an approval's record, which is the truth about it, and closes a pending one whose time or run is over.</summary>
sealed class CloseApprovalActivity(IApprovalStore approvals) : Activity<CloseApproval, ClosedApproval>(RouterActivities.CloseApproval)
{
    public override async Task<ClosedApproval> RunAsync(IActivityScope scope, CloseApproval input, CancellationToken cancellationToken)
    {
        var record = input.Status is { } status
            ? await approvals.MoveAsync(input.Id, stored => ApprovalMoves.Close(stored, status), cancellationToken)
            : await approvals.GetAsync(input.Id, cancellationToken)
                ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, $"approval {input.Id} is not in the store");
        return await ClosedApprovals.OfAsync(record, scope.Content, cancellationToken);
    }
}
