using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Reports;

/// <summary>Why each step's work went where it went, from what the history recorded at the time. Pure.</summary>
/// <param name="BudgetUsd">The run's cap in US dollars; null without one.</param>
/// <param name="Steps">One per decision, in the order in which they were made: a step that was routed anew stands here again.</param>
public sealed record RunExplanation(string RunId, string Pipeline, decimal? BudgetUsd, IReadOnlyList<StepExplanation> Steps)
{
    /// <param name="history">All of it, oldest first.</param>
    public static RunExplanation Of(RunSnapshot run, IReadOnlyList<HistoryEntry> history)
    {
        var decisions = new Decisions();
        foreach (var entry in history)
        {
            switch (entry)
            {
                case { Kind: HistoryKinds.ActivityScheduled, Data: { } data } when RouterActivities.IsAttempt(entry.Name):
                    decisions.Attempted(entry, data.Deserialize(CoreJson.Default.AttemptInput)!);
                    break;
                case { Kind: HistoryKinds.ActivityScheduled, Data: { } data } when entry.Name == RouterActivities.RequestApproval.Name:
                    decisions.Asked(data.Deserialize(CoreJson.Default.ApprovalRequest)!);
                    break;
                case { Kind: HistoryKinds.ActivityScheduled, Data: { } data } when entry.Name == RouterActivities.RecordAnswer.Name:
                    decisions.Answering(entry.Sequence, data.Deserialize(CoreJson.Default.RecordAnswer)!);
                    break;
                case { Kind: HistoryKinds.ActivityCompleted, Data: { } data }:
                    decisions.Completed(entry.Subject, data);
                    break;
            }
        }

        if (run.Output is { ValueKind: JsonValueKind.Object } output)
        {
            decisions.Unserved(output.Deserialize(CoreJson.Default.RunOutput)!.Unserved);
        }

        return new RunExplanation(run.RunId, run.Index.Pipeline, run.Progress?.BudgetUsd, decisions.Made);
    }

    sealed class Decisions
    {
        readonly Dictionary<(string Step, int Revision), int> _latest = [];
        readonly Dictionary<long, (List<ExplainedAttempt> Attempts, int Index)> _out = [];
        readonly Dictionary<long, RecordAnswer> _answers = [];
        decimal _spent;

        public List<StepExplanation> Made { get; } = [];

        public void Attempted(HistoryEntry entry, AttemptInput input)
        {
            Unserved(input.Unserved);
            if (input.Route is { } route)
            {
                Add(new StepExplanation(input.Step, input.Revision, entry.At, route, _spent, new List<ExplainedAttempt>()));
            }

            var attempts = (List<ExplainedAttempt>)Made[_latest[(input.Step, input.Revision)]].Attempts;
            _out[entry.Sequence] = (attempts, attempts.Count);
            attempts.Add(new ExplainedAttempt(input, null));
        }

        public void Unserved(IReadOnlyList<UnservedRoute>? routes)
        {
            foreach (var route in routes ?? [])
            {
                Add(new StepExplanation(route.Step, route.Revision, route.At, route.Route, route.SpentUsd, new List<ExplainedAttempt>()));
            }
        }

        public void Asked(ApprovalRequest request)
        {
            Unserved(request.Unserved);
            if (request.Kind == ApprovalKind.Answer && _latest.TryGetValue((request.Step, request.Revision), out var at))
            {
                Made[at] = Made[at] with { Person = new ExplainedPerson(request.Id, request.Group, null) };
            }
        }

        public void Answering(long sequence, RecordAnswer answer) => _answers[sequence] = answer;

        public void Completed(long scheduled, JsonElement output)
        {
            if (_out.Remove(scheduled, out var asked))
            {
                var result = output.Deserialize(CoreJson.Default.AttemptResult)!;
                _spent += result.CostUsd;
                asked.Attempts[asked.Index] = asked.Attempts[asked.Index] with { Result = result };
            }
            else if (_answers.Remove(scheduled, out var answer) && _latest.TryGetValue((answer.Step, answer.Revision), out var at)
                && Made[at].Person is { } person && person.Approval == answer.Approval
                && output.Deserialize(CoreJson.Default.AttemptResult)!.Outcome == AttemptOutcome.Ok)
            {
                Made[at] = Made[at] with { Person = person with { AnsweredBy = answer.Subject } };
            }
        }

        void Add(StepExplanation decision)
        {
            _latest[(decision.Step, decision.Revision)] = Made.Count;
            Made.Add(decision);
        }
    }
}

/// <param name="DecidedAt">UTC.</param>
/// <param name="SpentUsd">What the run had cost when the decision was made, in US dollars.</param>
/// <param name="Attempts">What the candidates then met: a skip names the circuit, limit or budget that held the call back.</param>
/// <param name="Person">Who was asked in the models' place at the end of the chain; null: nobody.</param>
public sealed record StepExplanation(string Step, int Revision, DateTimeOffset DecidedAt, RouteDecision Route, decimal SpentUsd,
    IReadOnlyList<ExplainedAttempt> Attempts, ExplainedPerson? Person = null);

/// <param name="Result">Null while the attempt is out.</param>
public sealed record ExplainedAttempt(AttemptInput Input, AttemptResult? Result)
{
    /// <summary>The ledger's word, or <c>running</c>.</summary>
    public string Outcome => Result is null ? "running" : Words.Of(Result.Outcome);
}

/// <param name="Approval">The question's id.</param>
/// <param name="Group">Who is asked.</param>
/// <param name="AnsweredBy">Whose answer stands; null while nobody's does.</param>
public sealed record ExplainedPerson(string Approval, string Group, string? AnsweredBy);
