using System.Globalization;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>What lets a call pass.</summary>
/// <param name="Approval">The approval's id; null where nobody had to be asked.</param>
/// <param name="Payload">What is sent in place of the step's input; null: the input as it is.</param>
sealed record CallPermit(string? Approval, FieldValue? Payload);

/// <summary>The approval that stands before a tool's call.</summary>
static class CallApproval
{
    /// <returns>Why a person must decide; empty when nobody has to.</returns>
    public static IReadOnlyList<string> Reasons(RunState run, StepState step) => step.Definition.Approval is not { } policy ? []
        : ApprovalTriggers.Reasons(run, policy, step.Compiled.Tool!.Definition);

    /// <param name="fields">What the payload is made of: the facts show it, and the call sends it.</param>
    /// <returns>Null when the run is over.</returns>
    public static Task<ClosedApproval?> AskAsync(RunState run, StepState step, IReadOnlyList<NamedField> fields, IReadOnlyList<string> reasons)
    {
        var policy = step.Definition.Approval!;
        return ApprovalGate.AskAsync(run, step, new ApprovalQuestion(ApprovalKind.Call, policy.Group, policy.Timeout, policy.OnTimeout,
            Action(step.Compiled.Tool!.Definition), reasons, Simulated: run.Simulated, Fields: fields, Approvals: policy.Approvals, Escalate: policy.Escalate));
    }

    /// <returns>Null when the call may not be made.</returns>
    public static CallPermit? Permit(RunState run, ClosedApproval closed)
    {
        if (closed.Status != ApprovalStatus.Approved || run.IsOver)
        {
            return null;
        }

        run.Overrides += closed.Edits is null ? 0 : 1;
        return new CallPermit(closed.Id, closed.Edits);
    }

    static string Action(ToolDefinition tool)
    {
        var price = tool.CostUsd == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" It costs ${tool.CostUsd:0.######} a call.");
        return $"Call tool {tool.Name} ({ToolWords.Of(tool.Scope)}): {tool.Method} {tool.Url.AbsoluteUri} with the payload.{price}";
    }
}
