using System.Globalization;
using System.Text;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

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
    /// <summary>Characters of a name.</summary>
    public const int MaxName = 100;

    public static Approver Local(string subject) => new(subject, Known: false, "local");

    /// <summary>Whether a person may be called so: what looks like another's name must not be a new one.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= MaxName && text.Trim().Length == text.Length
        && !text.EnumerateRunes().Any(r => r == Rune.ReplacementChar || InvisibleText.IsInvisible(r.Value) || Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>Names that differ in case only are one person's, so that nobody decides twice by writing theirs otherwise.</summary>
    public static bool IsSame(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
