using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Approvals;

/// <summary>Who may decide an approval: a member of a group that was asked, who didn't start the run, on the facts that were digested.</summary>
static class ApprovalRights
{
    /// <exception cref="DurableRouterException">Code <c>approval_forbidden</c>.</exception>
    public static void Check(ApprovalRecord record, DecideApproval request)
    {
        var by = request.By;
        if (by.Known && Approver.IsSame(record.Requester, by.Subject))
        {
            throw Forbidden($"{by.Subject} started run {record.RunId} and can't decide its approval {record.Id}. Another person must.");
        }

        if (by.Groups is { } groups && !record.Groups.Any(groups.Contains))
        {
            throw Forbidden($"{by.Subject} may not decide approval {record.Id}: it asks {string.Join(" and ", record.Groups)}.");
        }

        if (request.Digest is { } seen && seen != record.Digest)
        {
            throw Forbidden("The digest is not this approval's: what was seen is not what would be decided. Nothing was decided; read the approval again.");
        }

        if (ApprovalIds.Digest(record.Facts) != record.Digest)
        {
            throw Forbidden($"The stored facts of approval {record.Id} are not those that were digested when it was requested. Nothing was decided; "
                + "the store was changed from outside: find out by whom.");
        }
    }

    /// <summary>Where persons can be told apart, each has one vote.</summary>
    public static bool HasVoted(ApprovalRecord record, Approver by) => by.Known && record.Votes.Any(v => Approver.IsSame(v.Subject, by.Subject));

    static DurableRouterException Forbidden(string message) => new(ErrorCodes.ApprovalForbidden, message);
}
