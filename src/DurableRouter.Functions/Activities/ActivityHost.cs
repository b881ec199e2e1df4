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
/// 3. Otherwise the activity runs. If it is an attempt, <see cref="ActivityScope"/> finds the earlier intent and never calls again: it waits for the
///    delivery that calls, and books its call as unknown when that one is dead.
/// 4. The result that the workflow gets is the one in the history, whichever delivery wrote it.
/// A call that is out is not cancelled with its invocation: see <see cref="CallsInFlight"/>.
/// </remarks>
public sealed partial class ActivityHost(IEnumerable<Activity> activities, IRunHistory history, IRunIndex index, ILedgerWriter ledger,
    IAttemptLeases leases, IRunContent content, LeaseKeeper keeper, CallsInFlight calls, TimeProvider clock, ILogger<ActivityHost> logger)
{
    const int MaxMessageLength = 2048;

    /// <summary>What a delivery that was cancelled has for telling so: see <see cref="CallsInFlight"/>.</summary>
    static readonly TimeSpan ReleaseWithin = TimeSpan.FromSeconds(1);

    readonly Dictionary<string, Activity> _activities = activities.ToDictionary(a => a.Name, StringComparer.Ordinal);

    /// <param name="stopping">Nothing begins any more; what is under way goes on.</param>
    /// <exception cref="DurableRouterException">Codes <c>workflow_unknown</c>, <c>run_finished</c> and what the activity throws.</exception>
    public Task<ActivityAnswer> RunAsync(string name, ActivityCall call, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        var activity = _activities.TryGetValue(name, out var known) ? known : throw new DurableRouterException(ErrorCodes.WorkflowUnknown,
            $"This program has no activity {name}. Use the program that started the run.");
        return calls.RunAsync(ending => RunAsync(activity, call, stopping, ending));
    }

    /// <summary>Books the calls of an ended run whose deliveries died: not every task hub delivers again what nobody waits for.</summary>
    /// <returns>False when a call is still under way, which will book itself.</returns>
    public async Task<bool> BookLostCallsAsync(string runId, RuntimeStatus ended, CancellationToken cancellationToken)
    {
        var entries = await history.ReadAsync(runId, 0, cancellationToken);
        var answered = entries.Where(e => e.Kind is HistoryKinds.ActivityCompleted or HistoryKinds.ActivityFailed).Select(e => e.Subject).ToHashSet();
        var booked = await Task.WhenAll(entries
            .Where(e => e.Kind == HistoryKinds.ActivityScheduled && !answered.Contains(e.Sequence))
            .Where(e => _activities.GetValueOrDefault(e.Name!)?.IsAttempt == true)
            .Select(e => BookLostCallAsync(runId, ended, _activities[e.Name!], e.Data!.Value, cancellationToken)));
        return Array.TrueForAll(booked, b => b);
    }

    async Task<ActivityAnswer> RunAsync(Activity activity, ActivityCall call, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var (runId, number, input) = (call.RunId, call.Number, call.Input);
        var ended = (await index.GetAsync(runId, cancellationToken))?.End?.Status;
        if (ended is { } status && (!activity.IsAttempt || await history.FindAsync(runId, $"call-{number}", cancellationToken) is null))
        {
            throw RunRefusals.RunFinished(runId, status); // nobody waits for it any more: no call, no cost
        }

        var scheduled = await history.AppendAsync(runId,
            new NewHistoryEntry($"call-{number}", clock.GetUtcNow(), HistoryKinds.ActivityScheduled, activity.Name, 0, input), cancellationToken);
        if (!scheduled.Added && await history.FindAsync(runId, $"call-{number}-completed", cancellationToken) is { Data: { } recorded })
        {
            return Answer(activity, input, recorded);
        }

        var scope = Scope(new ActivityDelivery(runId, ended, WaitsForOwner: true,
            async () => ended is not null || await history.FindAsync(runId, $"call-{number}-completed", cancellationToken) is not null, stopping));
        var finished = false;
        try
        {
            var output = await InvokeAsync(activity, scope, input, cancellationToken);
            var completed = await EndAsync(runId, number, HistoryKinds.ActivityCompleted, activity.Name, scheduled.Entry.Sequence,
                JsonSerializer.SerializeToElement(output, activity.OutputType), cancellationToken);
            finished = true;
            return Answer(activity, input, completed);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailure(logger, activity.Name, runId, number, e); // the task hub gets the message alone, and cut
            var message = $"{e.GetType().Name}: {e.Message}";
            message = message.Length <= MaxMessageLength ? message : message[..MaxMessageLength];
            await EndAsync(runId, number, HistoryKinds.ActivityFailed, activity.Name, scheduled.Entry.Sequence,
                JsonSerializer.SerializeToElement(message, CoreJson.Default.String), cancellationToken);
            throw new DurableRouterException((e as DurableRouterException)?.Code ?? ErrorCodes.ActivityFailed, message);
        }
        finally
        {
            await LeaveAsync(scope, finished);
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

    async Task<bool> BookLostCallAsync(string runId, RuntimeStatus ended, Activity activity, JsonElement input, CancellationToken cancellationToken)
    {
        try
        {
            var delivery = new ActivityDelivery(runId, ended, WaitsForOwner: false, () => Task.FromResult(true), cancellationToken);
            await InvokeAsync(activity, Scope(delivery), input, cancellationToken);
            return true;
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.RunFinished)
        {
            return true; // it had not come to its call
        }
        catch (AttemptUnderWayException)
        {
            return false;
        }
    }

    ActivityScope Scope(ActivityDelivery delivery) => new(delivery, content.For(delivery.RunId), ledger, leases, index, keeper, clock);

    static async Task<object> InvokeAsync(Activity activity, ActivityScope scope, JsonElement given, CancellationToken cancellationToken)
    {
        var input = given.Deserialize(activity.InputType)!;
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

    /// <summary>Best effort: who hears nothing of the owner gives it up a little later.</summary>
    async Task LeaveAsync(ActivityScope scope, bool finished)
    {
        if (finished)
        {
            scope.Finish();
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(ReleaseWithin);
            await scope.ReleaseAsync(limit.Token);
        }
        catch (Exception e)
        {
            LogUnreleased(logger, scope.RunId, e);
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

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The lease of a call of run {RunId} could not be released")]
    static partial void LogUnreleased(ILogger logger, string runId, Exception exception);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Activity {Name} of run {RunId}, call {Number}, threw")]
    static partial void LogFailure(ILogger logger, string name, string runId, int number, Exception exception);
}
