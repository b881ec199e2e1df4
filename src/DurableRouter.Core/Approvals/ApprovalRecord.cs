using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Approvals;

[JsonConverter(typeof(JsonStringEnumConverter<ApprovalKind>))]
public enum ApprovalKind
{
    /// <summary>May this output be used?</summary>
    [JsonStringEnumMemberName("output")] Output,

    /// <summary>The budget's cap is reached: raise, finish cheaper, or stop.</summary>
    [JsonStringEnumMemberName("budget")] Budget,

    /// <summary>Every candidate failed: a person answers in the models' place.</summary>
    [JsonStringEnumMemberName("answer")] Answer,
}

[JsonConverter(typeof(JsonStringEnumConverter<ApprovalStatus>))]
public enum ApprovalStatus
{
    [JsonStringEnumMemberName("pending")] Pending,
    [JsonStringEnumMemberName("approved")] Approved,
    [JsonStringEnumMemberName("rejected")] Rejected,
    [JsonStringEnumMemberName("changesRequested")] ChangesRequested,
    [JsonStringEnumMemberName("expired")] Expired,

    /// <summary>The run ended while the approval was pending.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,
}

/// <summary>A durable pause that a person ends. The record is the truth; the event that follows a decision only wakes the run.</summary>
/// <param name="Id"><c>apr-</c> and 32 hex digits, derived from run, step, revision and count.</param>
/// <param name="Digest">SHA-256, lower-case hex, of the canonical JSON of <paramref name="Facts"/>: what the decision binds to.</param>
/// <param name="Facts">Exactly what the person sees: action, payload, price, model.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record ApprovalRecord(string Id, string RunId, string Pipeline, string Step, int Revision, ApprovalKind Kind, string Group,
    string? Requester, string Digest, ApprovalFacts Facts, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, string OnTimeout,
    ApprovalStatus Status, ApprovalDecision? Decision)
{
    /// <summary>What edits and answers are checked with. Not shown, not digested; stored with the record.</summary>
    public ApprovalBasis? Basis { get; init; }
}

/// <param name="Definition">The address of the run's definition.</param>
/// <param name="Fields">The step's input.</param>
/// <param name="Evidence">Texts that its checks compare with.</param>
public sealed record ApprovalBasis(string Definition, IReadOnlyList<NamedField> Fields, IReadOnlyList<NamedField> Evidence);

/// <summary>What is shown and digested. Model-made text stands only in <paramref name="Payload"/>.</summary>
/// <param name="Action">What happens on approval, in our words.</param>
/// <param name="Reasons">Which triggers opened it.</param>
/// <param name="Payload">The output, or the request for an answer.</param>
/// <param name="CostUsd">The run's cost so far, in US dollars.</param>
public sealed record ApprovalFacts(string Action, IReadOnlyList<string> Reasons, JsonElement? Payload, string? Model, bool Simulated, decimal CostUsd,
    decimal? BudgetUsd);

/// <param name="Decision">approved, rejected or changesRequested.</param>
/// <param name="Subject">Who decided.</param>
/// <param name="Edits">By kind: the edited output; the answer; <c>{ "raiseUsd": 1.0 }</c> or <c>{ "finish": "cheaper" }</c>.</param>
/// <param name="Receipt">SHA-256 of id, digest, decision, subject and time: the same for every repetition of the call.</param>
public sealed record ApprovalDecision(ApprovalStatus Decision, string Subject, string? Comment, JsonElement? Edits, DateTimeOffset DecidedAt,
    string Receipt);
