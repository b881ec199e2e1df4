using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Messages;

[JsonConverter(typeof(JsonStringEnumConverter<ApprovalKind>))]
public enum ApprovalKind
{
    /// <summary>May this output be used?</summary>
    [JsonStringEnumMemberName("output")] Output,

    /// <summary>The budget's cap is reached: raise, finish cheaper, or stop.</summary>
    [JsonStringEnumMemberName("budget")] Budget,

    /// <summary>Every candidate failed: a person answers in the models' place.</summary>
    [JsonStringEnumMemberName("answer")] Answer,

    /// <summary>May this call of a tool be made?</summary>
    [JsonStringEnumMemberName("call")] Call,
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

/// <summary>A durable pause that people end. The record is the truth; the event that follows a decision only wakes the run.</summary>
/// <param name="Id"><c>apr-</c> and 32 hex digits, derived from run, step, revision and count.</param>
/// <param name="Group">Who is asked first; <see cref="Escalations"/> adds others.</param>
/// <param name="Requester">Who started the run, and therefore can't decide; null when unknown.</param>
/// <param name="Digest">SHA-256, lower-case hex, of the canonical JSON of <paramref name="Facts"/>: what every vote binds to.</param>
/// <param name="Facts">Exactly what the person sees: action, payload, price, model.</param>
/// <param name="ExpiresAt">UTC. An escalation at the time-out moves it.</param>
/// <param name="OnTimeout"><c>deny</c>, <c>approve</c> or <c>escalate</c>.</param>
/// <param name="Decision">The vote that ended it; null while pending and when the time-out policy or the run's end did.</param>
public sealed record ApprovalRecord(string Id, string RunId, string Pipeline, string Step, int Revision, ApprovalKind Kind, string Group,
    string? Requester, string Digest, ApprovalFacts Facts, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, string OnTimeout,
    ApprovalStatus Status, ApprovalDecision? Decision)
{
    /// <summary>What edits and answers are checked with. Not shown, not digested; stored with the record.</summary>
    public ApprovalBasis? Basis { get; init; }

    /// <summary>How many different persons must approve; null: one. One rejection is enough.</summary>
    public int? Approvals { get; init; }

    /// <summary>Every vote in order, the one that ended it included.</summary>
    /// <remarks>The generated reader sets what the JSON lacks to null, so records of older versions get their default here.</remarks>
    public IReadOnlyList<ApprovalDecision> Votes { get => field ?? []; init; }

    /// <summary>Who was asked later because nobody decided, in order.</summary>
    public IReadOnlyList<ApprovalEscalation> Escalations { get => field ?? []; init; }

    /// <summary>Whose members may decide.</summary>
    [JsonIgnore]
    public IEnumerable<string> Groups => Escalations.Select(e => e.Group).Prepend(Group);
}

/// <param name="At">UTC.</param>
public sealed record ApprovalEscalation(string Group, DateTimeOffset At);

/// <param name="Definition">The address of the run's definition.</param>
/// <param name="Fields">The step's input.</param>
/// <param name="Evidence">Texts that its checks compare with.</param>
public sealed record ApprovalBasis(string Definition, IReadOnlyList<NamedField> Fields, IReadOnlyList<NamedField> Evidence);

/// <summary>What is shown and digested. Model-made text stands only in <paramref name="Payload"/>.</summary>
/// <param name="Action">What happens on approval, in our words.</param>
/// <param name="Reasons">Which triggers opened it.</param>
/// <param name="Payload">The output, the request for an answer, or what a tool would be sent.</param>
/// <param name="Simulated">A simulated model made the payload, or had a part in the run that did.</param>
/// <param name="CostUsd">The run's cost so far, in US dollars.</param>
/// <param name="Call">The call that would be made; null unless the approval is about one.</param>
public sealed record ApprovalFacts(string Action, IReadOnlyList<string> Reasons, JsonElement? Payload, string? Model, bool Simulated, decimal CostUsd,
    decimal? BudgetUsd, CallFacts? Call = null);

/// <summary>Which call an approval is about, beside its payload.</summary>
/// <param name="Definition">SHA-256, lower-case hex, of the tool's definition: its schemas, limits and retries with it.</param>
/// <param name="CostUsd">Of one call, in US dollars.</param>
public sealed record CallFacts(string Tool, string Scope, string Method, string Url, string Definition, decimal CostUsd);

/// <summary>One person's vote, with its receipt.</summary>
/// <param name="Decision">approved, rejected or changesRequested.</param>
/// <param name="Subject">Who decided.</param>
/// <param name="Edits">By kind: the edited output or what is sent instead; the answer; <c>{ "raiseUsd": 1.0 }</c> or <c>{ "finish": "cheaper" }</c>.</param>
/// <param name="Receipt">The same for every repetition of the call.</param>
/// <param name="Via">How the person was known: <c>key</c>, <c>local</c>, <c>link</c> or <c>webhook:NAME</c>.</param>
/// <param name="Proof">SHA-256 of the one-time link, or the webhook's id: tells its repetition from another use. Null for keys.</param>
public sealed record ApprovalDecision(ApprovalStatus Decision, string Subject, string? Comment, JsonElement? Edits, DateTimeOffset DecidedAt,
    string Receipt, string? Via = null, string? Proof = null);
