using DurableRouter.Core.Approvals;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>Makes the activities' output of a record.</summary>
static class ClosedApprovals
{
    public static async Task<ClosedApproval> OfAsync(ApprovalRecord record, IContentStore content, CancellationToken cancellationToken)
    {
        var edits = record.Decision?.Edits is { } given
            ? await FieldValues.StoreAsync(content, given, FieldValues.MaxInlineOutputBytes, cancellationToken) : null;
        return new ClosedApproval(1, record.Id, record.Kind, record.Step, record.Status, record.Decision?.Subject, record.Decision?.Comment, edits,
            record.Decision?.DecidedAt, ApprovalIds.Digest(record.Facts));
    }
}
