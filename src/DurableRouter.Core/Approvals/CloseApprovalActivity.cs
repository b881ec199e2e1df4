using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Approvals;

/// <summary>Reads an approval's record, which is the truth about it, and closes a pending one whose time or run is over.</summary>
public sealed class CloseApprovalActivity(IApprovalStore approvals) : Activity<CloseApproval, ClosedApproval>(RouterActivities.CloseApproval)
{
    public override async Task<ClosedApproval> RunAsync(IActivityScope scope, CloseApproval input, CancellationToken cancellationToken)
    {
        var record = input.Status is { } status
            ? await approvals.MoveAsync(input.Id, stored => ApprovalMoves.Close(stored, status), cancellationToken)
            : await approvals.GetAsync(input.Id, cancellationToken)
                ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, $"approval {input.Id} is not in the store");
        var edits = record.Decision?.Edits is { } given
            ? await FieldValues.StoreAsync(scope.Content, given, FieldValues.MaxInlineOutputBytes, cancellationToken) : null;
        return new ClosedApproval(1, record.Id, record.Kind, record.Step, record.Status, record.Decision?.Subject, record.Decision?.Comment, edits,
            record.Decision?.DecidedAt);
    }
}
