namespace DurableRouter.Core.Approvals;

/// <summary>Who decides, and how that is known.</summary>
/// <param name="Subject">One person, by the same name everywhere: a key's name, the name in a one-time link, the name that a trusted webhook says,
/// or <c>local:USER</c>.</param>
/// <param name="Known">False where nobody can be told apart (a keyless host): rules about different persons aren't enforced then.</param>
/// <param name="Via">As in <see cref="ApprovalDecision.Via"/>.</param>
/// <param name="Groups">Whose approvals this person may decide; null: anybody's.</param>
/// <param name="Proof">As in <see cref="ApprovalDecision.Proof"/>.</param>
public sealed record Approver(string Subject, bool Known, string Via, IReadOnlyList<string>? Groups = null, string? Proof = null)
{
    public static Approver Local(string subject) => new(subject, Known: false, "local");
}
