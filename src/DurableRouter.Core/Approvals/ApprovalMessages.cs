using DurableRouter.Core.Durability;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Approvals;

/// <summary>The input of <see cref="RequestApprovalActivity"/>. Persisted.</summary>
/// <param name="Payload">The output to decide on; null for the other kinds.</param>
/// <param name="Fields">What a person needs to answer in the models' place; empty for the other kinds.</param>
public sealed record ApprovalRequest(int SchemaVersion, string Id, string Definition, string Step, int Revision, ApprovalKind Kind, string Group,
    string? Requester, string Action, IReadOnlyList<string> Reasons, FieldValue? Payload, IReadOnlyList<NamedField> Fields,
    IReadOnlyList<NamedField> Evidence, string? Model, bool Simulated, decimal CostUsd, decimal? BudgetUsd, DateTimeOffset RequestedAt,
    DateTimeOffset ExpiresAt, string OnTimeout);

/// <summary>The output of <see cref="RequestApprovalActivity"/>. Persisted.</summary>
public sealed record RequestedApproval(int SchemaVersion, string Id, string Digest);

/// <summary>The input of <see cref="CloseApprovalActivity"/>. Persisted.</summary>
/// <param name="Status">What a pending approval becomes; null only reads it.</param>
public sealed record CloseApproval(int SchemaVersion, string Id, ApprovalStatus? Status, DateTimeOffset At);

/// <summary>The approval as it stands: the output of <see cref="CloseApprovalActivity"/>. Persisted.</summary>
/// <param name="Subject">Who decided; null when nobody did.</param>
/// <param name="DecidedAt">UTC; null when nobody did.</param>
public sealed record ClosedApproval(int SchemaVersion, string Id, ApprovalKind Kind, string Step, ApprovalStatus Status, string? Subject, string? Comment,
    FieldValue? Edits, DateTimeOffset? DecidedAt);
