using System.Globalization;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>What is said about a run at its end.</summary>
static class RunReport
{
    public static RunOutput Output(RunState run)
    {
        var result = run.End is null ? Result(run) : null;
        return new RunOutput(1, run.End?.Outcome ?? "completed", result,
            [.. run.Steps.Where(s => s.Answer?.Degraded is not null).Select(s => s.Answer!.Degraded!)], run.End?.Failure, Summary(run),
            run.End is null ? null : run.Steps.Where(s => s.Answer is not null).ToDictionary(s => s.Id, s => s.Answer!.Output, StringComparer.Ordinal),
            run.TellUnserved());
    }

    public static RunFailure RevisionsExhausted(RunState run, StepState verifier)
    {
        var revised = verifier.Definition.Revises is { } id ? run.Step(id).Attempts : [];
        return new RunFailure(FailureCodes.RevisionsExhausted, string.Create(CultureInfo.InvariantCulture,
            $"step {verifier.Id} still finds issues after {verifier.Definition.MaxRevisions} revisions: {string.Join("; ", RunVerdict.Issues(run, verifier))}"),
            verifier.Id, [.. revised, .. verifier.Attempts]);
    }

    public static string Describe(RunFailure failure) => failure.Attempts.Count == 0 ? failure.Message
        : $"{failure.Message}. Attempts: {string.Join("; ", failure.Attempts.Select(a => $"{a.Key} {a.Model} {a.FailureCode ?? a.Outcome}"))}";

    public static RunRow Row(string runId, RunInput input, RunOutput output)
    {
        var s = output.Summary;
        return new RunRow(runId, input.Pipeline, s.Family, s.Category, s.Complexity?.ToString(CultureInfo.InvariantCulture), s.Route, output.Outcome,
            s.TotalUsd, s.BaselineModel, BaselineMethod.Repriced, s.BaselineUsd, s.FallbackUsed, output.Degraded.Count > 0, s.Attempts, s.Simulated,
            null, s.Overrides);
    }

    static FieldValue? Result(RunState run)
    {
        var source = run.Pipeline.Result;
        var value = source.From is { } from ? run.References.Field(from) : FieldValues.Inline(source.Value ?? FieldValues.NullElement);
        return value == FieldValues.Null ? null : value;
    }

    static RunSummary Summary(RunState run)
    {
        var baseline = Baseline(run);
        return new RunSummary(run.Pipeline.Family, run.Category, run.Complexity, run.Risk, Route(run), run.Budget.SpentUsd, baseline?.Name,
            baseline is null ? null : run.ToolCostUsd + run.Accepted.Sum(a => CostCalculator.Cost(a.Answer.Usage, baseline.Price)),
            run.Accepted.Exists(a => a.Answer.Fallback), run.Attempts, run.Simulated, run.Overrides);
    }

    /// <summary>The model that the run is compared with. Its price counts for one call per accepted answer of each step and revision, with the
    /// tokens that answer took: what a single model would have been asked, beside the same tools. Failed attempts, which it might not have had, don't count.</summary>
    static ModelEntry? Baseline(RunState run)
    {
        if (run.Routing.BaselineModel is { } name)
        {
            return run.Catalog.Find(name);
        }

        return run.Catalog.Models.Count == 0 ? null : run.Catalog.Models.First(m => m.Tier == run.Catalog.Models.Max(other => other.Tier));
    }

    static string Route(RunState run) =>
        string.Join("; ", run.Steps.Where(s => s.Rules.Count > 0).Select(s => $"{s.Id}: {string.Join(", ", s.Rules.Distinct())}"));
}
