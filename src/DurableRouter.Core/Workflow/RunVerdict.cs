using System.Text.Json;
using DurableRouter.Core.Review;

namespace DurableRouter.Core.Workflow;

/// <summary>The verdict of a run's verifier, as far as workflow code can see it.</summary>
static class RunVerdict
{
    public static bool Passed(RunState run, StepState verifier) =>
        run.References.Value($"{verifier.Id}.verdict") is { ValueKind: JsonValueKind.String } verdict && verdict.ValueEquals("pass");

    public static IReadOnlyList<string> Issues(RunState run, StepState verifier) =>
        run.References.Value($"{verifier.Id}.issues") is { } issues ? Verdict.Lines(issues) : ["the verifier's issues are too long to show"];
}
