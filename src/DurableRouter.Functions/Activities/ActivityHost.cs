using System.Text.Json;
using DurableRouter.Core;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Functions.Activities;

/// <summary>Runs the activity behind an activity function and writes both ends of it into the run's history.</summary>
/// <remarks>
/// 1. The call's first entry has an id made of the call's number. A delivery that finds it there is not the first.
/// 2. A redelivery whose predecessor got as far as the second entry gives that result back and runs nothing.
/// 3. Otherwise the activity runs. If it is an attempt, <see cref="ActivityScope"/> finds the earlier intent and never calls again.
/// 4. The result that the workflow gets is the one in the history, whichever delivery wrote it.
/// </remarks>
public sealed partial class ActivityHost(IEnumerable<Activity> activities, IRunHistory history, IRunIndex index, ILedgerWriter ledger, IRunContent content,
    TimeProvider clock, ILogger<ActivityHost> logger)
{
    const int MaxMessageLength = 2048;
    readonly Dictionary<string, Activity> _activities = activities.ToDictionary(a => a.Name, StringComparer.Ordinal);

    /// <exception cref="DurableRouterException">Codes <c>workflow_unknown</c>, <c>run_finished</c> and what the activity throws.</exception>
    public async Task<ActivityAnswer> RunAsync(string name, ActivityCall call, CancellationToken cancellationToken)
    {
        var activity = _activities.TryGetValue(name, out var known) ? known : throw new DurableRouterException(ErrorCodes.WorkflowUnknown,
            $"This program has no activity {name}. Use the program that started the run.");
        var (runId, number, input) = (call.RunId, call.Number, call.Input);
        var ended = (await index.GetAsync(runId, cancellationToken))?.End?.Status;
        if (ended is { } status && (!activity.IsAttempt || await history.FindAsync(runId, $"call-{number}", cancellationToken) is null))
        {
            throw RunRefusals.RunFinished(runId, status); // nobody waits for it any more: no call, no cost
        }

        var scheduled = await history.AppendAsync(runId,
            new NewHistoryEntry($"call-{number}", clock.GetUtcNow(), HistoryKinds.ActivityScheduled, name, 0, input), cancellationToken);
        if (!scheduled.Added && await history.FindAsync(runId, $"call-{number}-completed", cancellationToken) is { Data: { } recorded })
        {
            return Answer(activity, input, recorded);
        }

        try
        {
            var output = await InvokeAsync(activity, runId, ended, input.Deserialize(activity.InputType)!, cancellationToken);
            var completed = await EndAsync(runId, number, HistoryKinds.ActivityCompleted, name, scheduled.Entry.Sequence,
                JsonSerializer.SerializeToElement(output, activity.OutputType), cancellationToken);
            return Answer(activity, input, completed);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailure(logger, name, runId, number, e); // the task hub gets the message alone, and cut
            var message = $"{e.GetType().Name}: {e.Message}";
            message = message.Length <= MaxMessageLength ? message : message[..MaxMessageLength];
            await EndAsync(runId, number, HistoryKinds.ActivityFailed, name, scheduled.Entry.Sequence,
                JsonSerializer.SerializeToElement(message, CoreJson.Default.String), cancellationToken);
            throw new DurableRouterException((e as DurableRouterException)?.Code ?? ErrorCodes.ActivityFailed, message);
        }
    }

    static ActivityAnswer Answer(Activity activity, JsonElement input, JsonElement output) => new(2,
        ActivityLabel.Of(input.Deserialize(activity.InputType)!, output.Deserialize(activity.OutputType)!), output);

    /// <summary>Writes down that a call failed whose own deliveries could not, so that those who watch the run see that it waits for a person.</summary>
    public async Task<string> RecordLostAsync(LostCall lost, CancellationToken cancellationToken)
    {
        var (runId, number) = (lost.Call.RunId, lost.Call.Number);
        var scheduled = await history.AppendAsync(runId,
            new NewHistoryEntry($"call-{number}", clock.GetUtcNow(), HistoryKinds.ActivityScheduled, lost.Activity, 0, lost.Call.Input), cancellationToken);
        await EndAsync(runId, number, HistoryKinds.ActivityFailed, lost.Activity, scheduled.Entry.Sequence,
            JsonSerializer.SerializeToElement(lost.Message, CoreJson.Default.String), cancellationToken);
        return lost.Message;
    }

    /// <summary>Books the calls of an ended run whose deliveries died: not every task hub delivers again what nobody waits for.</summary>
    public async Task BookLostCallsAsync(string runId, RuntimeStatus ended, CancellationToken cancellationToken)
    {
        var entries = await history.ReadAsync(runId, 0, cancellationToken);
        var answered = entries.Where(e => e.Kind is HistoryKinds.ActivityCompleted or HistoryKinds.ActivityFailed).Select(e => e.Subject).ToHashSet();
        foreach (var call in entries.Where(e => e.Kind == HistoryKinds.ActivityScheduled && !answered.Contains(e.Sequence)))
        {
            if (_activities.TryGetValue(call.Name!, out var activity) && activity.IsAttempt)
            {
                try
                {
                    await InvokeAsync(activity, runId, ended, call.Data!.Value.Deserialize(activity.InputType)!, cancellationToken);
                }
                catch (DurableRouterException e) when (e.Code == ErrorCodes.RunFinished)
                {
                    // It had not come to its call.
                }
            }
        }
    }

    async Task<object> InvokeAsync(Activity activity, string runId, RuntimeStatus? ended, object input, CancellationToken cancellationToken)
    {
        var scope = new ActivityScope(runId, ended, content.For(runId), ledger, index, clock);
        try
        {
            return await activity.InvokeAsync(scope, input, cancellationToken);
        }
        catch (AttemptSupersededException)
        {
            // Now it finds what the other delivery booked, and both give the workflow the same result.
            return await activity.InvokeAsync(scope, input, cancellationToken);
        }
    }

    /// <returns>The data of the entry that stands.</returns>
    async Task<JsonElement> EndAsync(string runId, int number, string kind, string name, long subject, JsonElement data, CancellationToken cancellationToken)
    {
        if (await index.GetAsync(runId, cancellationToken) is { End: not null })
        {
            return data; // an ended run's history takes no more entries
        }

        var id = kind == HistoryKinds.ActivityCompleted ? $"call-{number}-completed" : $"call-{number}-failed";
        var appended = await history.AppendAsync(runId, new NewHistoryEntry(id, clock.GetUtcNow(), kind, name, subject, data), cancellationToken);
        return appended.Entry.Data ?? data;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Activity {Name} of run {RunId}, call {Number}, threw")]
    static partial void LogFailure(ILogger logger, string name, string runId, int number, Exception exception);
}
