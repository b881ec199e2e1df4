using DurableRouter.Core.Values;

namespace DurableRouter.Core.Messages;

/// <summary>The input of the activity <c>RequestApproval</c>. Persisted.</summary>
/// <param name="Payload">The output to decide on; null for the other kinds.</param>
/// <param name="Fields">What a person needs to answer in the models' place; empty for the other kinds.</param>
/// <param name="Approvals">How many different persons must approve; null: one.</param>
/// <param name="Unserved">Decisions of the run that no attempt followed; null: none since the last ones told.</param>
public sealed record ApprovalRequest(int SchemaVersion, string Id, string Definition, string Step, int Revision, ApprovalKind Kind, string Group,
    string? Requester, string Action, IReadOnlyList<string> Reasons, FieldValue? Payload, IReadOnlyList<NamedField> Fields,
    IReadOnlyList<NamedField> Evidence, string? Model, bool Simulated, decimal CostUsd, decimal? BudgetUsd, DateTimeOffset RequestedAt,
    DateTimeOffset ExpiresAt, string OnTimeout, int? Approvals = null,
    IReadOnlyList<UnservedRoute>? Unserved = null);

/// <summary>The output of the activity <c>RequestApproval</c>. Persisted.</summary>
public sealed record RequestedApproval(int SchemaVersion, string Id, string Digest);

/// <summary>The input of the activity <c>CloseApproval</c>. Persisted.</summary>
/// <param name="Status">What a pending approval becomes; null only reads it.</param>
public sealed record CloseApproval(int SchemaVersion, string Id, ApprovalStatus? Status, DateTimeOffset At);

/// <summary>The input of the activity <c>EscalateApproval</c>. Persisted.</summary>
/// <param name="To">The group that is asked too.</param>
/// <param name="At">UTC; stands in the record.</param>
/// <param name="ExpiresAt">UTC; the new end of the wait.</param>
public sealed record EscalateApproval(int SchemaVersion, string Id, string To, DateTimeOffset At, DateTimeOffset ExpiresAt);

/// <summary>The approval as it stands: the output of the activities <c>CloseApproval</c> and
/// <c>EscalateApproval</c>. Persisted.</summary>
/// <param name="Subject">Who decided; null when nobody did.</param>
/// <param name="DecidedAt">UTC; null when nobody did.</param>
/// <param name="Digest">Of the facts as they stand in the store; null in histories older than it.</param>
public sealed record ClosedApproval(int SchemaVersion, string Id, ApprovalKind Kind, string Step, ApprovalStatus Status, string? Subject, string? Comment,
    FieldValue? Edits, DateTimeOffset? DecidedAt, string? Digest = null);
