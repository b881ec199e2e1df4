using DurableRouter.Core.Durability;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Approvals;

/// <summary>The input of <see cref="RequestApprovalActivity"/>. Persisted.</summary>
/// <param name="Payload">The output to decide on; null for the other kinds.</param>
/// <param name="Fields">What a person needs to answer in the models' place; empty for the other kinds.</param>
/// <param name="Approvals">How many different persons must approve; null: one.</param>
/// <param name="Unserved">Decisions of the run that no attempt followed; null: none since the last ones told.</param>
public sealed record ApprovalRequest(int SchemaVersion, string Id, string Definition, string Step, int Revision, ApprovalKind Kind, string Group,
    string? Requester, string Action, IReadOnlyList<string> Reasons, FieldValue? Payload, IReadOnlyList<NamedField> Fields,
    IReadOnlyList<NamedField> Evidence, string? Model, bool Simulated, decimal CostUsd, decimal? BudgetUsd, DateTimeOffset RequestedAt,
    DateTimeOffset ExpiresAt, string OnTimeout, int? Approvals = null,
    IReadOnlyList<UnservedRoute>? Unserved = null);

/// <summary>The output of <see cref="RequestApprovalActivity"/>. Persisted.</summary>
public sealed record RequestedApproval(int SchemaVersion, string Id, string Digest);

/// <summary>The input of <see cref="CloseApprovalActivity"/>. Persisted.</summary>
/// <param name="Status">What a pending approval becomes; null only reads it.</param>
public sealed record CloseApproval(int SchemaVersion, string Id, ApprovalStatus? Status, DateTimeOffset At);

/// <summary>The input of <see cref="EscalateApprovalActivity"/>. Persisted.</summary>
/// <param name="To">The group that is asked too.</param>
/// <param name="At">UTC; stands in the record.</param>
/// <param name="ExpiresAt">UTC; the new end of the wait.</param>
public sealed record EscalateApproval(int SchemaVersion, string Id, string To, DateTimeOffset At, DateTimeOffset ExpiresAt);

/// <summary>The approval as it stands: the output of <see cref="CloseApprovalActivity"/> and <see cref="EscalateApprovalActivity"/>. Persisted.</summary>
/// <param name="Subject">Who decided; null when nobody did.</param>
/// <param name="DecidedAt">UTC; null when nobody did.</param>
/// <param name="Digest">Of the facts as they stand in the store; null in histories older than it.</param>
public sealed record ClosedApproval(int SchemaVersion, string Id, ApprovalKind Kind, string Step, ApprovalStatus Status, string? Subject, string? Comment,
    FieldValue? Edits, DateTimeOffset? DecidedAt, string? Digest = null)
{
    internal static async Task<ClosedApproval> OfAsync(ApprovalRecord record, IContentStore content, CancellationToken cancellationToken)
    {
        var edits = record.Decision?.Edits is { } given
            ? await FieldValues.StoreAsync(content, given, FieldValues.MaxInlineOutputBytes, cancellationToken) : null;
        return new ClosedApproval(1, record.Id, record.Kind, record.Step, record.Status, record.Decision?.Subject, record.Decision?.Comment, edits,
            record.Decision?.DecidedAt, ApprovalIds.Digest(record.Facts));
    }
}
