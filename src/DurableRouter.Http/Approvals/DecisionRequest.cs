using System.Text.Json;
using DurableRouter.Core.Messages;
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
        var request = Read(body, faults, (name, _) => faults.Unknown("", name));
        faults.ThrowIfAny();
        return request!;
    }

    /// <summary>A decision as a signed message has it.</summary>
    /// <exception cref="RefusedException">Code request_invalid.</exception>
    public static SignedDecision ReadSigned(JsonElement body)
    {
        var faults = new MemberFaults();
        string? approval = null, subject = null;
        var request = Read(body, faults, (name, value) =>
        {
            switch (name)
            {
                case "approval":
                    approval = faults.Text(value, "/approval", 63);
                    break;
                case "subject":
                    subject = faults.Name(value, "/subject");
                    break;
                default:
                    faults.Unknown("", name);
                    break;
            }
        });
        Require(approval, "/approval");
        Require(subject, "/subject");
        Require(request?.Digest, "/digest");
        faults.ThrowIfAny();
        return new SignedDecision(approval!, subject!, request!);

        void Require(string? value, string pointer)
        {
            if (value is null && !faults.Any)
            {
                faults.Add(pointer, "is required");
            }
        }
    }

    static DecisionRequest? Read(JsonElement body, MemberFaults faults, Action<string, JsonElement> other)
    {
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
                    other(member.Name, member.Value);
                    break;
            }
        }

        if (decision is null)
        {
            faults.Add("/decision", "must be approved, rejected or changesRequested");
        }

        return decision is { } word ? new DecisionRequest(word, comment, edits, digest) : null;
    }

    static ApprovalStatus? ReadDecision(JsonElement value) => value.ValueKind != JsonValueKind.String ? null : value.GetString() switch
    {
        "approved" => ApprovalStatus.Approved,
        "rejected" => ApprovalStatus.Rejected,
        "changesRequested" => ApprovalStatus.ChangesRequested,
        _ => null,
    };
}

/// <param name="Subject">Who decides, as the message's source knows them.</param>
sealed record SignedDecision(string Approval, string Subject, DecisionRequest Request);
