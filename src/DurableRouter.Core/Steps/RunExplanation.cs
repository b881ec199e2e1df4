using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Routing;

namespace DurableRouter.Core.Steps;

/// <summary>Why each step's work went where it went, from what the history recorded at the time.</summary>
public sealed record RunExplanation(string RunId, IReadOnlyList<StepExplanation> Steps)
{
    public static RunExplanation Of(string runId, IReadOnlyList<HistoryEntry> history)
    {
        var inputs = new Dictionary<long, AttemptInput>();
        var results = new Dictionary<long, AttemptResult>();
        foreach (var entry in history)
        {
            if (entry.Kind == HistoryKinds.ActivityScheduled && RouterActivities.IsAttempt(entry.Name) && entry.Data is { } input)
            {
                inputs[entry.Sequence] = input.Deserialize(CoreJson.Default.AttemptInput)!;
            }
            else if (entry.Kind == HistoryKinds.ActivityCompleted && inputs.ContainsKey(entry.Subject) && entry.Data is { } result)
            {
                results[entry.Subject] = result.Deserialize(CoreJson.Default.AttemptResult)!;
            }
        }

        var steps = inputs.OrderBy(i => i.Key).GroupBy(i => (i.Value.Step, i.Value.Revision)).Select(step =>
        {
            // A route decided anew (a person chose to finish cheaper) stands beside the first one's attempts: the last one is shown.
            var route = step.Last(i => i.Value.Route is not null).Value.Route!;
            return new StepExplanation(step.Key.Step, step.Key.Revision, route.Rule, route.Candidates, route.Rejected,
                [.. step.Select(i => Explain(i.Value, results.GetValueOrDefault(i.Key)))]);
        });
        return new RunExplanation(runId, [.. steps]);
    }

    static ExplainedAttempt Explain(AttemptInput input, AttemptResult? result) => new(input.Key, input.Model, input.Candidate, input.UpperBoundUsd,
        result is null ? "running" : Words.Of(result.Outcome), result?.Failure?.Code, result?.CostUsd, result?.LatencyMs,
        [.. (result?.Checks ?? []).Select(c => c with { Detail = null })], input.DegradedReason);
}

/// <param name="Rule">The routing rule that chose.</param>
/// <param name="Candidates">In the order in which they are asked.</param>
public sealed record StepExplanation(string Step, int Revision, string Rule, IReadOnlyList<RouteCandidate> Candidates,
    IReadOnlyList<RouteRejection> Rejected, IReadOnlyList<ExplainedAttempt> Attempts);

/// <param name="Candidate">Its place in the route, from 0.</param>
/// <param name="UpperBoundUsd">What was reserved for it, in US dollars.</param>
/// <param name="Outcome"><c>running</c> while it has no result.</param>
/// <param name="Checks">Verdicts without details: those may quote the document.</param>
public sealed record ExplainedAttempt(string Key, string Model, int Candidate, decimal UpperBoundUsd, string Outcome, string? FailureCode,
    decimal? CostUsd, int? LatencyMs, IReadOnlyList<CheckResult> Checks, string? DegradedReason);
