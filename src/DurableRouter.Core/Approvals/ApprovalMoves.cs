using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Approvals;

/// <summary>What an approval can become. Pure, so that every store applies the same rules to the record that it holds; a move that can't be
/// made gives the same instance back.</summary>
public static class ApprovalMoves
{
    /// <summary>Counts a vote. One rejection or request for changes ends the approval; approvals end it when there are as many as it needs.</summary>
    public static ApprovalRecord Vote(ApprovalRecord record, ApprovalDecision vote)
    {
        if (record.Status != ApprovalStatus.Pending)
        {
            return record;
        }

        var voted = record with { Votes = [.. record.Votes, vote] };
        var ends = vote.Decision != ApprovalStatus.Approved
            || voted.Votes.Count(v => v.Decision == ApprovalStatus.Approved) >= (record.Approvals ?? 1);
        return ends ? voted with { Status = vote.Decision, Decision = vote } : voted;
    }

    /// <param name="status">expired, withdrawn, or approved by the time-out policy.</param>
    public static ApprovalRecord Close(ApprovalRecord record, ApprovalStatus status) =>
        record.Status == ApprovalStatus.Pending ? record with { Status = status } : record;

    /// <summary>Asks another group too. A redelivery changes nothing.</summary>
    /// <param name="expiresAt">UTC; the new end of the wait.</param>
    public static ApprovalRecord Escalate(ApprovalRecord record, string group, DateTimeOffset at, DateTimeOffset expiresAt) =>
        record.Status != ApprovalStatus.Pending || record.Escalations.Any(e => e.Group == group)
            ? record
            : record with { Escalations = [.. record.Escalations, new ApprovalEscalation(group, at)], ExpiresAt = expiresAt };
}
