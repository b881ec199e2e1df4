using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Problems;

namespace DurableRouter.Http.Approvals;

/// <summary>The body of a decision.</summary>
/// <param name="Decision">Approved, Rejected or ChangesRequested.</param>
/// <param name="Digest">The digest that the person saw; null when the client doesn't say.</param>
sealed record DecisionRequest(ApprovalStatus Decision, string? Comment, JsonElement? Edits, string? Digest)
{
    const int MaxComment = 4000;

    /// <exception cref="RefusedException">Code request_invalid.</exception>
    public static DecisionRequest Read(JsonElement body)
    {
        var faults = new MemberFaults();
        ApprovalStatus? decision = null;
        string? comment = null, digest = null;
        JsonElement? edits = null;
        foreach (var member in faults.Members(body, ""))
        {
            switch (member.Name)
            {
                case "decision":
                    decision = ReadDecision(member.Value);
                    break;
                case "comment" when member.Value.ValueKind != JsonValueKind.Null:
                    comment = faults.Text(member.Value, "/comment", MaxComment);
                    break;
                case "edits" when member.Value.ValueKind != JsonValueKind.Null:
                    edits = member.Value;
                    break;
                case "digest":
                    digest = faults.Text(member.Value, "/digest", 64);
                    break;
                case "comment" or "edits":
                    break;
                default:
                    faults.Unknown("", member.Name);
                    break;
            }
        }

        if (decision is null)
        {
            faults.Add("/decision", "must be approved, rejected or changesRequested");
        }

        faults.ThrowIfAny();
        return new DecisionRequest(decision!.Value, comment, edits, digest);
    }

    static ApprovalStatus? ReadDecision(JsonElement value) => value.ValueKind != JsonValueKind.String ? null : value.GetString() switch
    {
        "approved" => ApprovalStatus.Approved,
        "rejected" => ApprovalStatus.Rejected,
        "changesRequested" => ApprovalStatus.ChangesRequested,
        _ => null,
    };
}
