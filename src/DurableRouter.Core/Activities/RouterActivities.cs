using DurableRouter.Core.Approvals;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Models;
using DurableRouter.Core.Notifications;

namespace DurableRouter.Core.Activities;

/// <summary>Every activity of the router's workflow: its persisted name and messages, and the instances that a host registers.</summary>
public static class RouterActivities
{
    public static readonly ActivityDefinition<AttemptInput, AttemptResult> Classify = Attempt("Classify");
    public static readonly ActivityDefinition<AttemptInput, AttemptResult> Extract = Attempt("Extract");
    public static readonly ActivityDefinition<AttemptInput, AttemptResult> Reason = Attempt("Reason");
    public static readonly ActivityDefinition<AttemptInput, AttemptResult> Generate = Attempt("Generate");
    public static readonly ActivityDefinition<AttemptInput, AttemptResult> Verify = Attempt("Verify");
    public static readonly ActivityDefinition<AttemptInput, AttemptResult> Judge = Attempt("Judge");

    public static readonly ActivityDefinition<AttemptInput, AttemptResult> CallTool = Attempt("CallTool");

    public static readonly ActivityDefinition<RecordAnswer, AttemptResult> RecordAnswer =
        new("RecordAnswer", CoreJson.Default.RecordAnswer, CoreJson.Default.AttemptResult, static answer => answer.Key);

    public static readonly ActivityDefinition<ApprovalRequest, RequestedApproval> RequestApproval =
        new("RequestApproval", CoreJson.Default.ApprovalRequest, CoreJson.Default.RequestedApproval, static approval => approval.Id);

    public static readonly ActivityDefinition<CloseApproval, ClosedApproval> CloseApproval =
        new("CloseApproval", CoreJson.Default.CloseApproval, CoreJson.Default.ClosedApproval, static approval => approval.Id);

    public static readonly ActivityDefinition<EscalateApproval, ClosedApproval> EscalateApproval =
        new("EscalateApproval", CoreJson.Default.EscalateApproval, CoreJson.Default.ClosedApproval, static approval => approval.Id);

    /// <param name="notices">Tells receivers of approvals; null: nobody is told.</param>
    /// <param name="tools">Null for a host that calls none.</param>
    public static IReadOnlyList<Activity> Create(IDefinitionSource definitions, IChatClientFactory clients, IApprovalStore approvals,
        IDayBudget dayBudget, ModelHealth health, ApprovalNotices? notices = null, ToolClient? tools = null) =>
        Create(definitions, clients, approvals, dayBudget, health, notices ?? ApprovalNotices.None, TrustBoundary.Standing, tools);

    /// <summary>For tests alone: see <see cref="TrustBoundary"/>.</summary>
    internal static IReadOnlyList<Activity> Create(IDefinitionSource definitions, IChatClientFactory clients, IApprovalStore approvals,
        IDayBudget dayBudget, ModelHealth health, ApprovalNotices notices, TrustBoundary trust, ToolClient? tools = null)
    {
        var billed = new BilledAttempt(dayBudget);
        var attempt = new ModelAttempt(definitions, clients, billed, health, trust);
        return
        [
            new ClassifyActivity(attempt), new ExtractActivity(attempt), new ReasonActivity(attempt), new GenerateActivity(attempt),
            new VerifyActivity(attempt), new JudgeActivity(attempt), new CallToolActivity(new ToolAttempt(definitions, tools, billed)),
            new RecordAnswerActivity(definitions),
            new RequestApprovalActivity(definitions, approvals, notices), new CloseApprovalActivity(approvals),
            new EscalateApprovalActivity(approvals, notices),
        ];
    }

    /// <summary>Whether an activity of this name makes one billed call.</summary>
    public static bool IsAttempt(string? name) => name is "Classify" or "Extract" or "Reason" or "Generate" or "Verify" or "Judge" or "CallTool";

    internal static ActivityDefinition<AttemptInput, AttemptResult> Of(StepKind kind) => kind switch
    {
        StepKind.Classify => Classify,
        StepKind.Extract => Extract,
        StepKind.Reason => Reason,
        StepKind.Generate => Generate,
        StepKind.Judge => Judge,
        StepKind.Tool => CallTool,
        _ => Verify,
    };

    static ActivityDefinition<AttemptInput, AttemptResult> Attempt(string name) =>
        new(name, CoreJson.Default.AttemptInput, CoreJson.Default.AttemptResult, static input => $"{input.Key} by {input.Model}",
            static input => input.Recorded());
}
