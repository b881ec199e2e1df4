using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Reports;

/// <summary>Makes a run's events from its history. Pure: a prefix of the history gives a prefix of the events, so a reader may come back
/// at any place.</summary>
public static class RunEvents
{
    /// <param name="history">From the run's first entry on: an event may refer to entries before it.</param>
    /// <param name="after">Only events behind this one; null: all.</param>
    public static IReadOnlyList<RunEvent> Of(IReadOnlyList<HistoryEntry> history, RunEventId? after = null)
    {
        var projection = new Projection();
        foreach (var entry in history)
        {
            projection.Add(entry);
        }

        return after is { } seen ? [.. projection.Events.Where(e => e.Id.CompareTo(seen) > 0)] : projection.Events;
    }

    sealed class Projection
    {
        readonly Dictionary<long, object> _inputs = [];
        readonly Dictionary<(string Step, int Revision), string> _lastModel = [];
        readonly Dictionary<string, RunEventData> _awaitingJudge = [];
        decimal _totalUsd;
        int _part;
        HistoryEntry _entry = null!;

        public List<RunEvent> Events { get; } = [];

        public void Add(HistoryEntry entry)
        {
            _entry = entry;
            _part = 0;
            switch (entry.Kind)
            {
                case HistoryKinds.ActivityScheduled when Input(entry) is { } input:
                    _inputs[entry.Sequence] = input;
                    if (input is AttemptInput attempt)
                    {
                        Begins(attempt);
                    }

                    break;
                case HistoryKinds.ActivityCompleted when entry.Data is { } output:
                    Completes(_inputs.GetValueOrDefault(entry.Subject), output);
                    break;
                case HistoryKinds.ActivityFailed:
                    Emit(RunEventTypes.RunAttention, new RunEventData { Activity = entry.Name, Step = StepOf(entry.Subject) });
                    break;
                case HistoryKinds.RunStarted or HistoryKinds.RunSuspended or HistoryKinds.RunResumed or HistoryKinds.RunTerminated:
                    Emit(entry.Kind, new RunEventData());
                    break;
                case HistoryKinds.RunCompleted or HistoryKinds.RunFailed:
                    Emit(entry.Kind, new RunEventData { Outcome = Outcome(entry.Data) });
                    break;
            }
        }

        void Begins(AttemptInput attempt)
        {
            var asked = Asked(attempt);
            var from = _lastModel.GetValueOrDefault((attempt.Step, attempt.Revision));
            _lastModel[(attempt.Step, attempt.Revision)] = attempt.Model;
            if (from is null)
            {
                Emit(RunEventTypes.StepStarted, asked);
            }
            else if (from != attempt.Model)
            {
                Emit(RunEventTypes.StepFellBack, asked with { From = from });
            }
        }

        void Completes(object? input, JsonElement output)
        {
            switch (input)
            {
                case AttemptInput attempt:
                    Attempted(Asked(attempt), output.Deserialize(CoreJson.Default.AttemptResult)!);
                    break;
                case RecordAnswer answer when output.Deserialize(CoreJson.Default.AttemptResult) is { Outcome: AttemptOutcome.Ok } booked:
                    Attempted(new RunEventData
                    {
                        Step = answer.Step, Revision = answer.Revision, Ordinal = answer.Ordinal, Model = "human:" + answer.Subject,
                    }, booked);
                    break;
                case ApprovalRequest request:
                    Requested(request, output.Deserialize(CoreJson.Default.RequestedApproval)!.Digest);
                    break;
                case EscalateApproval escalated when output.Deserialize(CoreJson.Default.ClosedApproval) is { Status: ApprovalStatus.Pending } open:
                    Emit(RunEventTypes.ApprovalEscalated, new RunEventData
                    {
                        Step = open.Step, ApprovalId = open.Id, Kind = Words.Of(open.Kind), Group = escalated.To, ExpiresAt = escalated.ExpiresAt,
                    });
                    break;
                case CloseApproval or EscalateApproval when output.Deserialize(CoreJson.Default.ClosedApproval) is { Status: not ApprovalStatus.Pending } closed:
                    Emit(RunEventTypes.ApprovalDecided, new RunEventData
                    {
                        Step = closed.Step, ApprovalId = closed.Id, Kind = Words.Of(closed.Kind), Status = Words.Of(closed.Status),
                        Subject = closed.Subject, DecidedAt = closed.DecidedAt,
                    });
                    break;
            }
        }

        void Attempted(RunEventData asked, AttemptResult result)
        {
            _totalUsd += result.CostUsd;
            var made = asked with
            {
                Outcome = Words.Of(result.Outcome), Failure = result.Failure, CostUsd = result.CostUsd, LatencyMs = result.LatencyMs,
                Usage = result.Usage, Checks = result.Checks, HeldUntil = result.HeldUntil,
            };
            Emit(RunEventTypes.StepAttempt, made);
            if (result.CostUsd != 0)
            {
                Emit(RunEventTypes.CostUpdated, new RunEventData());
            }

            if (result.Outcome != AttemptOutcome.Ok)
            {
                return;
            }

            if (result.AwaitsJudge)
            {
                _awaitingJudge[asked.Step!] = made;
                return;
            }

            Emit(RunEventTypes.StepCompleted, made);
            if (JudgeStep.JudgedBy(asked.Step!) is { } judged && result.Checks.All(c => c.Passed) && _awaitingJudge.Remove(judged, out var answered))
            {
                Emit(RunEventTypes.StepCompleted, answered with { Checks = [.. answered.Checks ?? [], .. result.Checks.Where(c => c.Check == "judge")] });
            }
        }

        void Requested(ApprovalRequest request, string digest)
        {
            var asks = new RunEventData
            {
                Step = request.Step, Revision = request.Revision, ApprovalId = request.Id, Kind = Words.Of(request.Kind), Group = request.Group,
                Digest = digest, ExpiresAt = request.ExpiresAt,
            };
            Emit(RunEventTypes.ApprovalRequested, asks);
            if (request.Kind == ApprovalKind.Budget)
            {
                Emit(RunEventTypes.BudgetPaused, asks with { BudgetUsd = request.BudgetUsd });
            }
        }

        string? StepOf(long subject) => _inputs.GetValueOrDefault(subject) switch
        {
            AttemptInput attempt => attempt.Step,
            RecordAnswer answer => answer.Step,
            ApprovalRequest request => request.Step,
            _ => null,
        };

        void Emit(string type, RunEventData data) =>
            Events.Add(new RunEvent(new RunEventId(_entry.Sequence, _part++), type, _entry.At, data, _totalUsd));

        static RunEventData Asked(AttemptInput attempt) => new()
        {
            Step = attempt.Step, Revision = attempt.Revision, Ordinal = attempt.Ordinal, Candidate = attempt.Candidate, Model = attempt.Model,
            Rule = attempt.Rule, DegradedReason = attempt.DegradedReason,
        };

        static object? Input(HistoryEntry entry) => entry.Data is not { } data ? null
            : RouterActivities.IsAttempt(entry.Name) ? data.Deserialize(CoreJson.Default.AttemptInput)
            : entry.Name == RouterActivities.RecordAnswer.Name ? data.Deserialize(CoreJson.Default.RecordAnswer)
            : entry.Name == RouterActivities.RequestApproval.Name ? data.Deserialize(CoreJson.Default.ApprovalRequest)
            : entry.Name == RouterActivities.EscalateApproval.Name ? data.Deserialize(CoreJson.Default.EscalateApproval)
            : entry.Name == RouterActivities.CloseApproval.Name ? data.Deserialize(CoreJson.Default.CloseApproval)
            : null;

        static string? Outcome(JsonElement? data) =>
            data is { ValueKind: JsonValueKind.Object } output && output.TryGetProperty("outcome", out var outcome) && outcome.ValueKind == JsonValueKind.String
                ? outcome.GetString() : null;
    }
}
