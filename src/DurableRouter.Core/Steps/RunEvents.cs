using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Steps;

/// <summary>Makes a run's events from its history. Pure.</summary>
public static class RunEvents
{
    /// <param name="history">From the run's first entry on: an event may refer to entries before it.</param>
    /// <param name="after">Only events behind this one's id; null: all.</param>
    public static IReadOnlyList<RunEvent> Of(IReadOnlyList<HistoryEntry> history, string? after = null)
    {
        var projection = new Projection();
        foreach (var entry in history)
        {
            projection.Add(entry);
        }

        var (sequence, index) = Parse(after);
        return after is null ? projection.Events : [.. projection.Events.Where(e => Parse(e.Id).CompareTo((sequence, index)) > 0)];
    }

    /// <summary>The history entry of an event's id; 0 for an id that is none.</summary>
    public static long Sequence(string? id) => Parse(id).Sequence;

    static (long Sequence, int Index) Parse(string? id)
    {
        var parts = (id ?? "").Split('.', 2);
        return long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? (sequence, parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue)
            : (0, 0);
    }

    sealed class Projection
    {
        readonly Dictionary<long, object> _inputs = [];
        readonly Dictionary<(string Step, int Revision), AttemptInput> _last = [];
        decimal _total;
        int _index;
        HistoryEntry _entry = null!;

        public List<RunEvent> Events { get; } = [];

        public void Add(HistoryEntry entry)
        {
            _entry = entry;
            _index = 0;
            switch (entry.Kind)
            {
                case HistoryKinds.ActivityScheduled:
                    Scheduled(entry);
                    break;
                case HistoryKinds.ActivityCompleted:
                    Completed(entry);
                    break;
                case HistoryKinds.ActivityFailed:
                    Emit(RunEventTypes.RunAttention, new RunEventData { Activity = entry.Name, Step = StepOf(entry.Subject) });
                    break;
                case HistoryKinds.RunStarted or HistoryKinds.RunSuspended or HistoryKinds.RunResumed or HistoryKinds.RunTerminated:
                    Emit(entry.Kind, new RunEventData());
                    break;
                case HistoryKinds.RunCompleted or HistoryKinds.RunFailed:
                    Emit(entry.Kind, new RunEventData { Outcome = Outcome(entry.Data), TotalUsd = _total });
                    break;
            }
        }

        void Scheduled(HistoryEntry entry)
        {
            switch (Input(entry))
            {
                case AttemptInput attempt:
                    _inputs[entry.Sequence] = attempt;
                    var asked = new RunEventData { Step = attempt.Step, Revision = attempt.Revision, Model = attempt.Model, Rule = attempt.Rule };
                    if (attempt.Ordinal == 1)
                    {
                        Emit(RunEventTypes.StepStarted, asked);
                    }
                    else if (_last.TryGetValue((attempt.Step, attempt.Revision), out var before) && before.Model != attempt.Model)
                    {
                        Emit(RunEventTypes.StepFellBack, asked with { From = before.Model, Degraded = attempt.DegradedReason });
                    }

                    _last[(attempt.Step, attempt.Revision)] = attempt;
                    break;
                case { } other:
                    _inputs[entry.Sequence] = other;
                    break;
            }
        }

        void Completed(HistoryEntry entry)
        {
            switch (_inputs.GetValueOrDefault(entry.Subject))
            {
                case AttemptInput attempt:
                    var result = entry.Data!.Value.Deserialize(CoreJson.Default.AttemptResult)!;
                    Attempted(attempt.Step, attempt.Revision, attempt.Ordinal, attempt.Model, attempt.DegradedReason, result);
                    break;
                case RecordAnswer answer when entry.Data!.Value.Deserialize(CoreJson.Default.AttemptResult) is { Outcome: AttemptOutcome.Ok } booked:
                    Attempted(answer.Step, answer.Revision, answer.Ordinal, "human:" + answer.Subject, null, booked);
                    break;
                case ApprovalRequest request:
                    var asks = new RunEventData { Step = request.Step, Revision = request.Revision, Approval = request.Id, Kind = Words.Of(request.Kind) };
                    Emit(RunEventTypes.ApprovalRequested, asks);
                    if (request.Kind == ApprovalKind.Budget)
                    {
                        Emit(RunEventTypes.BudgetPaused, asks with { TotalUsd = request.CostUsd, BudgetUsd = request.BudgetUsd });
                    }

                    break;
                case CloseApproval when entry.Data!.Value.Deserialize(CoreJson.Default.ClosedApproval) is { Status: not ApprovalStatus.Pending } closed:
                    Emit(RunEventTypes.ApprovalDecided, new RunEventData
                    {
                        Step = closed.Step, Approval = closed.Id, Kind = Words.Of(closed.Kind), Status = Words.Of(closed.Status), Subject = closed.Subject,
                    });
                    break;
            }
        }

        void Attempted(string step, int revision, int ordinal, string model, string? degraded, AttemptResult result)
        {
            var made = new RunEventData { Step = step, Revision = revision, Ordinal = ordinal, Model = model };
            Emit(RunEventTypes.StepAttempt, made with
            {
                Outcome = Words.Of(result.Outcome), FailureCode = result.Failure?.Code, LatencyMs = result.LatencyMs, Tokens = result.Usage.Total,
                CostUsd = result.CostUsd,
            });
            if (result.CostUsd != 0)
            {
                _total += result.CostUsd;
                Emit(RunEventTypes.CostUpdated, new RunEventData { TotalUsd = _total });
            }

            if (result.Outcome == AttemptOutcome.Ok)
            {
                Emit(RunEventTypes.StepCompleted, made with { Degraded = degraded });
            }
        }

        string? StepOf(long subject) => _inputs.GetValueOrDefault(subject) switch
        {
            AttemptInput attempt => attempt.Step,
            RecordAnswer answer => answer.Step,
            ApprovalRequest request => request.Step,
            _ => null,
        };

        void Emit(string type, RunEventData data) => Events.Add(new RunEvent(
            string.Create(CultureInfo.InvariantCulture, $"{_entry.Sequence}.{_index++}"), type, _entry.At, data));

        static object? Input(HistoryEntry entry) => entry.Data is not { } data ? null
            : RouterActivities.IsAttempt(entry.Name) ? data.Deserialize(CoreJson.Default.AttemptInput)
            : entry.Name == RouterActivities.RecordAnswer.Name ? data.Deserialize(CoreJson.Default.RecordAnswer)
            : entry.Name == RouterActivities.RequestApproval.Name ? data.Deserialize(CoreJson.Default.ApprovalRequest)
            : entry.Name == RouterActivities.CloseApproval.Name ? data.Deserialize(CoreJson.Default.CloseApproval)
            : null;

        static string? Outcome(JsonElement? data) =>
            data is { ValueKind: JsonValueKind.Object } output && output.TryGetProperty("outcome", out var outcome) && outcome.ValueKind == JsonValueKind.String
                ? outcome.GetString() : null;
    }
}
