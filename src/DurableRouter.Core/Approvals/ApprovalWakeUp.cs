using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Approvals;

/// <summary>Tells a run that its approval has left <see cref="ApprovalStatus.Pending"/>.</summary>
public static class ApprovalWakeUp
{
    /// <summary>Raises the run's event. Its id is the approval's, so a repetition after a crash does nothing.</summary>
    public static async Task RaiseAsync(IRunClient runs, ApprovalRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await runs.RaiseEventAsync(record.RunId, EventNames.Approval(record.Id), $"decision:{record.Id}", payload: null, cancellationToken);
        }
        catch (DurableRouterException e) when (e.Code is ErrorCodes.RunFinished or ErrorCodes.RunNotFound)
        {
            // Nobody waits for it any more.
        }
    }
}
