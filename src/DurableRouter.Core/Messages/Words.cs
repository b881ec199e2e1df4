using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Messages;

/// <summary>The words of enumerations that stand as text in rows, messages and answers. Persisted: never renamed.</summary>
public static class Words
{
    public static string Of(Tier tier) => tier switch
    {
        Tier.Fast => "fast",
        Tier.Balanced => "balanced",
        _ => "powerful",
    };

    public static string Of(StepKind kind) => kind switch
    {
        StepKind.Classify => "classify",
        StepKind.Extract => "extract",
        StepKind.Reason => "reason",
        StepKind.Generate => "generate",
        StepKind.Judge => "judge",
        StepKind.Tool => AttemptRow.ToolRole,
        _ => "verify",
    };

    public static string Of(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Ok => "ok",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.Skipped => "skipped",
        AttemptOutcome.OutcomeUnknown => "outcome_unknown",
        AttemptOutcome.Correction => "correction",
        _ => "late_discarded",
    };

    public static string Of(UsageSource source) => source switch
    {
        UsageSource.Provider => "provider",
        UsageSource.Estimated => "estimated",
        UsageSource.UpperBound => "upper_bound",
        _ => "none",
    };

    public static string Of(ApprovalKind kind) => kind switch
    {
        ApprovalKind.Output => "output",
        ApprovalKind.Budget => "budget",
        ApprovalKind.Call => "call",
        _ => "answer",
    };

    public static string Of(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Pending => "pending",
        ApprovalStatus.Approved => "approved",
        ApprovalStatus.Rejected => "rejected",
        ApprovalStatus.ChangesRequested => "changesRequested",
        ApprovalStatus.Expired => "expired",
        _ => "withdrawn",
    };
}
