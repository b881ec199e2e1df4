using DurableRouter.Core.Activities;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Review;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>The judge that stands between an attempt's answer and its acceptance: a call of its own, to another model.</summary>
static class JudgeGate
{
    /// <summary>A judge that can't be asked fails the step: an answer that should have been graded is not used ungraded.</summary>
    /// <returns>The result as it stands after the grading; null when the run is over.</returns>
    public static async Task<AttemptResult?> PassAsync(RunState run, StepState step, AttemptResult result, string model)
    {
        if (step.Judge is not { } judge || result.Outcome != AttemptOutcome.Ok)
        {
            return result;
        }

        var (graded, failure) = await new StepRunner(run, judge, [], new JudgedAnswer(step.Id, model, result.Output!)).TryAsync();
        if (failure is not null)
        {
            return Failed(result, new StepFailure(FailureCodes.JudgeUnavailable, $"judge: no model could grade the answer: {failure.Message}"), null);
        }

        if (graded is null)
        {
            return null;
        }

        // A verdict too large for the history is none that anybody asked for.
        if (graded.Output.Inline is { } verdict && JudgeRole.Passed(judge.Definition, verdict))
        {
            return result;
        }

        var issues = graded.Output.Inline is { } inline ? JudgeRole.Issues(inline) : ["the judge's issues are too long to show"];
        return Failed(result, new StepFailure(FailureCodes.CheckFailed, $"judge: {string.Join("; ", issues)}"),
            new Repair(issues, result.Output!.Inline is { } answer ? ModelAttempt.CutRejected(FieldValues.Text(answer)) : ""));
    }

    static AttemptResult Failed(AttemptResult result, StepFailure failure, Repair? rejected) => result with
    {
        Outcome = AttemptOutcome.Failed, Output = null, Parts = null, Failure = failure, Rejected = rejected,
        Checks = [.. result.Checks, new CheckResult("judge", false, Excerpt.OneLine(failure.Message))],
    };
}

/// <summary>The answer that a judge grades.</summary>
/// <param name="Step">The step that it answers.</param>
/// <param name="Model">Who made it, and so may not grade it.</param>
sealed record JudgedAnswer(string Step, string Model, FieldValue Answer)
{
    public NamedField[] Field => [new NamedField(PromptText.JudgedAnswer, Step, Answer)];

    /// <summary>An earlier revision's model may grade: only the one at hand is on trial.</summary>
    public IReadOnlyDictionary<string, string> UsedModels(IReadOnlyDictionary<string, string> used) =>
        new Dictionary<string, string>(used, StringComparer.Ordinal) { [Step] = Model };
}
