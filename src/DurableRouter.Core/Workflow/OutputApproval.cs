using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>What came of showing an output to a person.</summary>
/// <param name="Answer">What may be used; null when the work goes back or the run is over.</param>
/// <param name="Issues">What the work goes back with; null otherwise.</param>
sealed record Passage(StepAnswer? Answer, IReadOnlyList<string>? Issues = null);

/// <summary>The approval that stands between a step's answer and its use.</summary>
static class OutputApproval
{
    /// <summary>How often a person may send one step's work back before it counts as rejected.</summary>
    public const int MaxRounds = 3;

    /// <param name="rounds">How often the work went back already.</param>
    public static async Task<Passage> PassAsync(RunState run, StepState step, StepAnswer answer, int rounds)
    {
        if (step.Definition.Approval is not { } policy || ApprovalTriggers.Reasons(run, policy, answer) is not { Count: > 0 } reasons)
        {
            return new Passage(answer);
        }

        string[] problems = [];
        while (true)
        {
            var closed = await ApprovalGate.AskAsync(run, step, new ApprovalQuestion(ApprovalKind.Output, policy.Group, policy.Timeout, policy.OnTimeout,
                $"Use the answer of step {step.Id}.", [.. reasons, .. problems], answer.Output, Model: answer.Model, Simulated: answer.Simulated,
                Fields: run.References.Fields(step.Definition), Evidence: run.References.Evidence(step.Definition), Approvals: policy.Approvals,
                Escalate: policy.Escalate));
            switch (closed)
            {
                case null:
                    return new Passage(null);
                case { Status: ApprovalStatus.Approved, Edits: null }:
                    return new Passage(answer);
                case { Status: ApprovalStatus.ChangesRequested } when rounds < MaxRounds:
                    run.Overrides++;
                    return new Passage(null, [closed.Comment ?? "the reviewer asks for changes"]);
                case { Status: ApprovalStatus.Approved, Edits: { } edits }:
                    var recorded = await LastResort.RecordAsync(run, step, closed, edits, answer.Revision, answer.NextOrdinal, "approval edits",
                        run.References.Fields(step.Definition), run.References.Evidence(step.Definition));
                    if (recorded is null)
                    {
                        return new Passage(null);
                    }

                    if (recorded.Outcome == AttemptOutcome.Ok)
                    {
                        run.Overrides++;
                        return new Passage(answer with
                        {
                            Output = recorded.Output!, Parts = recorded.Parts, Degraded = null, NextOrdinal = answer.NextOrdinal + 1,
                        });
                    }

                    problems = [LastResort.Unfit(closed)];
                    break;
                default:
                    return new Passage(Denied(run, step, answer.Revision, answer.NextOrdinal, closed));
            }
        }
    }

    /// <summary>What stands in place of what nobody approved.</summary>
    /// <param name="ordinal">The next free one.</param>
    /// <returns>The declared safe answer; without one null, and the run is over.</returns>
    public static StepAnswer? Denied(RunState run, StepState step, int revision, int ordinal, ClosedApproval closed)
    {
        var outcome = closed.Status == ApprovalStatus.Expired ? "expired" : "rejected";
        if (step.Definition.SafeAnswer is { } safe)
        {
            run.Overrides++;
            return LastResort.SafeAnswer(run, step, FieldValues.Inline(safe), revision, ordinal, $"approval {closed.Id} was {outcome}");
        }

        run.Finish(new RunEnd(outcome));
        return null;
    }
}
