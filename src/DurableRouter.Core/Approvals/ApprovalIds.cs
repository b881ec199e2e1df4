using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Approvals;

/// <summary>Names and digests that are derived, never drawn: a redelivered request finds the first one's record.</summary>
public static class ApprovalIds
{
    /// <summary><c>apr-</c> and 32 hex digits.</summary>
    /// <param name="count">Of the step's approvals, from 1.</param>
    public static string Create(string runId, string step, int revision, int count) =>
        "apr-" + Hash(string.Create(CultureInfo.InvariantCulture, $"{runId}/{step}/{revision}/{count}"))[..32];

    /// <summary>The name of the event that wakes the run.</summary>
    public static string Event(string id) => "approval:" + id;

    /// <summary>What a decision binds to: SHA-256, lower-case hex, of the facts' canonical JSON.</summary>
    public static string Digest(ApprovalFacts facts) =>
        FieldValues.Sha256(FieldValues.Canonical(System.Text.Json.JsonSerializer.SerializeToElement(facts, CoreJson.Default.ApprovalFacts)).Span);

    /// <summary>What a vote says, in one number that its person can keep: whoever changes the vote in the store, its edits or its comment, can't
    /// change what they hold. docs/approvals.md says how to compute it.</summary>
    public static string Receipt(string id, string digest, DecideApproval vote, DateTimeOffset at) => Hash(string.Join('\n', id, digest,
        Words.Of(vote.Decision), vote.By.Subject, Time(at), vote.Comment is { } comment ? Hash(comment) : "",
        vote.Edits is { } edits ? FieldValues.Sha256(FieldValues.Canonical(edits).Span) : ""));

    /// <summary>As JSON answers write it.</summary>
    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
