using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Approvals;

/// <summary>Takes back what a run asks once it is over and its own code can't any more: it was terminated, or it failed.</summary>
public static class ApprovalWithdrawal
{
    // More than any pipeline has steps.
    const int Most = 1000;

    public static async Task WithdrawAsync(IApprovalStore approvals, string runId, CancellationToken cancellationToken)
    {
        foreach (var record in await approvals.ListAsync(ApprovalStatus.Pending, runId, Most, cancellationToken))
        {
            await approvals.MoveAsync(record.Id, stored => ApprovalMoves.Close(stored, ApprovalStatus.Withdrawn), cancellationToken);
        }
    }
}
