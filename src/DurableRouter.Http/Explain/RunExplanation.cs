using System.Text.Json;
using DurableRouter.Core;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Steps;
using DurableRouter.Http.Events;

namespace DurableRouter.Http.Explain;

/// <summary>Why each step of a run went where it went, from the decisions that its history recorded.</summary>
/// <param name="BudgetUsd">The run's cap in US dollars; null without one.</param>
public sealed record RunExplanation(string RunId, string Pipeline, decimal? BudgetUsd, IReadOnlyList<StepExplanation> Steps)
{
    /// <param name="history">All of it, oldest first.</param>
    public static RunExplanation Of(RunSnapshot run, IReadOnlyList<HistoryEntry> history)
    {
        var steps = new List<StepExplanation>();
        var open = new Dictionary<long, (StepExplanation Step, AttemptInput Input)>();
        var spent = 0m;
        foreach (var entry in history)
        {
            if (entry is { Kind: HistoryKinds.ActivityScheduled, Data: { ValueKind: JsonValueKind.Object } data }
                && RunEventProjection.IsAttempt(data))
            {
                var input = data.Deserialize(CoreJson.Default.AttemptInput)!;
                if (input.Route is { } route)
                    steps.Add(new StepExplanation(input.Step, input.Revision, entry.At, route, spent, []));
                if (steps.FindLast(s => s.Step == input.Step && s.Revision == input.Revision) is { } step)
                    open[entry.Sequence] = (step, input);
            }
            else if (entry is { Kind: HistoryKinds.ActivityCompleted, Data: { } output } && open.Remove(entry.Subject, out var asked))
            {
                var result = output.Deserialize(CoreJson.Default.AttemptResult)!;
                spent += result.CostUsd;
                asked.Step.Attempts.Add(new ExplainedAttempt(asked.Input, result));
            }
        }

        return new RunExplanation(run.RunId, run.Index.Pipeline, run.Progress?.BudgetUsd, steps);
    }
}

/// <param name="DecidedAt">UTC.</param>
/// <param name="SpentUsd">What the run had cost when the decision was made, in US dollars.</param>
/// <param name="Attempts">What the candidates then met: skips name the circuit or limit that held the call back.</param>
public sealed record StepExplanation(string Step, int Revision, DateTimeOffset DecidedAt, RouteDecision Route, decimal SpentUsd,
    List<ExplainedAttempt> Attempts);

public sealed record ExplainedAttempt(AttemptInput Input, AttemptResult Result);
