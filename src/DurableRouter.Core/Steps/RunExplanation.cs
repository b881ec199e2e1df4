using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Routing;

namespace DurableRouter.Core.Steps;

/// <summary>Why each step's work went where it went, from what the history recorded at the time. Pure.</summary>
/// <param name="BudgetUsd">The run's cap in US dollars; null without one.</param>
/// <param name="Steps">One per decision, in the order in which they were made: a step that was routed anew stands here again.</param>
public sealed record RunExplanation(string RunId, string Pipeline, decimal? BudgetUsd, IReadOnlyList<StepExplanation> Steps)
{
    /// <param name="history">All of it, oldest first.</param>
    public static RunExplanation Of(RunSnapshot run, IReadOnlyList<HistoryEntry> history)
    {
        var steps = new List<StepExplanation>();
        var latest = new Dictionary<(string Step, int Revision), List<ExplainedAttempt>>();
        var open = new Dictionary<long, (List<ExplainedAttempt> Attempts, int Index)>();
        var spent = 0m;
        foreach (var entry in history)
        {
            if (entry is { Kind: HistoryKinds.ActivityScheduled, Data: { } data } && RouterActivities.IsAttempt(entry.Name))
            {
                var input = data.Deserialize(CoreJson.Default.AttemptInput)!;
                if (input.Route is { } route)
                {
                    var attempts = latest[(input.Step, input.Revision)] = [];
                    steps.Add(new StepExplanation(input.Step, input.Revision, entry.At, route, spent, attempts));
                }

                var made = latest[(input.Step, input.Revision)];
                open[entry.Sequence] = (made, made.Count);
                made.Add(new ExplainedAttempt(input, null));
            }
            else if (entry is { Kind: HistoryKinds.ActivityCompleted, Data: { } output } && open.Remove(entry.Subject, out var asked))
            {
                var result = output.Deserialize(CoreJson.Default.AttemptResult)!;
                spent += result.CostUsd;
                asked.Attempts[asked.Index] = asked.Attempts[asked.Index] with { Result = result };
            }
        }

        return new RunExplanation(run.RunId, run.Index.Pipeline, run.Progress?.BudgetUsd, steps);
    }
}

/// <param name="DecidedAt">UTC.</param>
/// <param name="SpentUsd">What the run had cost when the decision was made, in US dollars.</param>
/// <param name="Attempts">What the candidates then met: a skip names the circuit, limit or budget that held the call back.</param>
public sealed record StepExplanation(string Step, int Revision, DateTimeOffset DecidedAt, RouteDecision Route, decimal SpentUsd,
    IReadOnlyList<ExplainedAttempt> Attempts);

/// <param name="Result">Null while the attempt is out.</param>
public sealed record ExplainedAttempt(AttemptInput Input, AttemptResult? Result)
{
    /// <summary>The ledger's word, or <c>running</c>.</summary>
    public string Outcome => Result is null ? "running" : Words.Of(Result.Outcome);
}
