using DurableRouter.Core.Activities;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>What stands behind the last candidate, by the family's policy: a person, a declared safe answer, or the end of the run.</summary>
sealed class LastResort(RunState run, StepState step, int revision, IReadOnlyList<NamedField> fields, IReadOnlyList<NamedField> evidence)
{
    static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    string Whose => step.Compiled.Tool is null ? "the models'" : "the tool's";

    /// <param name="ordinal">The next free one.</param>
    /// <returns>Null when the run is over.</returns>
    public async Task<StepAnswer?> AnswerAsync(int ordinal, (string Code, string Reason) why, LastLink last)
    {
        if (run.IsOver)
        {
            return null;
        }

        switch (last)
        {
            case LastLink.Safe when step.Definition.SafeAnswer is { } safe:
                return SafeAnswer(run, step, FieldValues.Inline(safe), revision, ordinal, why.Reason);
            case LastLink.Human:
                return await AskAsync(ordinal, why.Code, why.Reason);
            default:
                run.Finish(new RunEnd("failed", new RunFailure(why.Code, $"step {step.Id}: {why.Reason}", step.Id, step.Attempts)));
                return null;
        }
    }

    /// <summary>The declared answer, marked as the lesser one that it is.</summary>
    public static StepAnswer SafeAnswer(RunState run, StepState step, FieldValue answer, int revision, int ordinal, string why) =>
        new(answer, null, "safe", TokenUsage.None, $"{step.Id}: the declared safe answer stands: {why}", true, run.Simulated, revision, ordinal);

    async Task<StepAnswer?> AskAsync(int ordinal, string code, string why)
    {
        IReadOnlyList<string> reasons = [$"step {step.Id}: {why}"];
        while (true)
        {
            var closed = await ApprovalGate.AskAsync(run, step, new ApprovalQuestion(ApprovalKind.Answer, step.Definition.Approval?.Group ?? "operators",
                Patience, "deny", $"Answer step {step.Id} in {Whose} place. The answer passes the step's own schema and checks.", reasons,
                Fields: fields, Evidence: evidence));
            if (closed is null)
            {
                return null;
            }

            if (closed is not { Status: ApprovalStatus.Approved, Edits: { } answer })
            {
                run.Finish(new RunEnd(closed.Status == ApprovalStatus.Expired ? "expired" : "rejected",
                    new RunFailure(code, $"step {step.Id}: {why}; nobody answered in their place", step.Id, step.Attempts)));
                return null;
            }

            var recorded = await RecordAsync(run, step, closed, answer, revision, ordinal, AttemptRow.LastLinkHuman, fields, evidence);
            if (recorded is null)
            {
                return null;
            }

            if (recorded.Outcome == AttemptOutcome.Ok)
            {
                run.Overrides++;
                return new StepAnswer(recorded.Output!, recorded.Parts, "human:" + closed.Subject, TokenUsage.None, null, true, false, revision, ordinal + 1);
            }

            reasons = [reasons[0], Unfit(closed)];
        }
    }

    /// <summary>Why it is asked again. What the checks said quotes the text, so it stands in the ledger and not among our own words.</summary>
    public static string Unfit(ClosedApproval closed) => $"what {closed.Subject} gave for {closed.Id} did not pass the step's checks";

    /// <summary>Checks a person's answer or edits as a model's would be and books it at no cost.</summary>
    /// <returns>Null when the run is over.</returns>
    public static async Task<AttemptResult?> RecordAsync(RunState run, StepState step, ClosedApproval closed, FieldValue answer, int revision,
        int ordinal, string rule, IReadOnlyList<NamedField> fields, IReadOnlyList<NamedField> evidence)
    {
        var key = run.AttemptKey(step.Id, revision, ordinal);
        var result = await run.CallAsync(step, RouterActivities.RecordAnswer, new RecordAnswer(1, key, run.Input.Definition, step.Id, revision,
            ordinal, rule, closed.Id, closed.Subject ?? "unknown", closed.DecidedAt ?? run.Context.CurrentTime, answer, fields, evidence));
        if (result?.Outcome == AttemptOutcome.Ok)
        {
            run.Attempts++;
            step.Attempts.Add(new FailedAttempt(key, "human:" + closed.Subject, Words.Of(result.Outcome), null, null));
        }

        return result;
    }
}
