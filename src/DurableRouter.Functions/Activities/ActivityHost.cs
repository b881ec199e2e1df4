using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Functions.Activities;

/// <summary>Runs the activity behind an activity function and writes what came of it into the run's history, together with its row of the ledger.</summary>
/// <remarks>
/// 1. That the call was asked for is written when its intent is, before the call goes out: <see cref="CallRecord"/>. The entry's id is made of the call's
///    number, so a delivery that finds it there is not the first.
/// 2. A redelivery whose predecessor left a result gives that back. Else it waits for the delivery that calls, and books its call as unknown when that one
///    is dead: <see cref="ActivityScope"/>.
/// 3. The result that the workflow gets is the one in the history, whichever delivery wrote it.
/// A call that is out is not cancelled with its invocation: see <see cref="CallsInFlight"/>.
/// </remarks>
public sealed partial class ActivityHost(IEnumerable<Activity> activities, IRunHistory history, ILedgerWriter ledger, IAttemptLeases leases,
    IRunContent content, LeaseKeeper keeper, CallsInFlight calls, TimeProvider clock, ILogger<ActivityHost> logger)
{
    const int MaxMessageLength = 2048;

    /// <summary>What a delivery that was cancelled has for telling so: see <see cref="CallsInFlight"/>.</summary>
    static readonly TimeSpan ReleaseWithin = TimeSpan.FromSeconds(1);

    readonly Dictionary<string, Activity> _activities = activities.ToDictionary(a => a.Name, StringComparer.Ordinal);

    /// <param name="stopping">Nothing begins any more; what is under way goes on.</param>
    /// <exception cref="DurableRouterException">Codes <c>workflow_unknown</c>, <c>run_not_found</c>, <c>run_finished</c> and what the activity throws.</exception>
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
            .Where(e => e.Kind == HistoryKinds.ActivityScheduled && !answered.Contains(e.Sequence) && _activities.GetValueOrDefault(e.Name!)?.IsAttempt == true)
            .Select(e => BookLostCallAsync(runId, ended, _activities[e.Name!], e.Data!.Value, cancellationToken)));
        return Array.TrueForAll(booked, b => b);
    }

    async Task<ActivityAnswer> RunAsync(Activity activity, ActivityCall call, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var record = Record(activity.Name, call);
        var scope = Scope(new ActivityDelivery(call.RunId, null, IsReportedLost: call.Lost > 0, stopping), record);
        var finished = false;
        try
        {
            if (!activity.IsAttempt && await BeginAsync(record, call, cancellationToken) is { } earlier)
            {
                return Answer(activity, call.Input, earlier);
            }

            var input = call.Input.Deserialize(activity.InputType)!;
            var answer = await InvokeAsync(activity, scope, input, async result =>
            {
                var output = JsonSerializer.SerializeToElement(result, activity.OutputType);
                return await CompleteAsync(record, scope, output, cancellationToken) is { } another ? Answer(activity, call.Input, another)
                    : Answer(input, result, output);
            }, cancellationToken);
            finished = true;
            return answer;
        }
        catch (CallAnsweredException answered)
        {
            return Answer(activity, call.Input, answered.Result);
        }
        catch (Exception e) when (e is not (OperationCanceledException or RunNotOpenException))
        {
            LogFailure(logger, activity.Name, call.RunId, call.Number, e); // the task hub gets the message alone, and cut
            var message = $"{e.GetType().Name}: {e.Message}";
            message = message.Length <= MaxMessageLength ? message : message[..MaxMessageLength];
            await FailAsync(record, scope, message, cancellationToken);
            throw new DurableRouterException((e as DurableRouterException)?.Code ?? ErrorCodes.ActivityFailed, message);
        }
        finally
        {
            await LeaveAsync(scope, finished);
        }
    }

    CallRecord Record(string activity, ActivityCall call) => new(call.RunId, call.Number, activity, call.Input, history, clock);

    /// <summary>An attempt begins with its intent; everything else here.</summary>
    /// <returns>The result that an earlier delivery left.</returns>
    static async Task<JsonElement?> BeginAsync(CallRecord record, ActivityCall call, CancellationToken cancellationToken) =>
        (await record.BeginAsync(null, cancellationToken)).Result switch
        {
            RunWriteResult.EntryTaken => await record.ResultAsync(cancellationToken),
            RunWriteResult.Unknown => throw RunNotOpenException.Unknown(call.RunId),
            _ => record.Ended is { } status ? throw RunNotOpenException.Ended(call.RunId, status) : null,
        };

    /// <returns>The result that stands instead; null when this one does.</returns>
    async Task<JsonElement?> CompleteAsync(CallRecord record, ActivityScope scope, JsonElement output, CancellationToken cancellationToken)
    {
        // The copy for sums goes out beside its row: where a death comes between, the redelivery writes it again under the same key.
        var copied = scope.Row is { } row ? ledger.CopyAsync(row, cancellationToken) : Task.CompletedTask;
        var written = await record.CompleteAsync(output, scope.Row, scope.AnswersIntent, cancellationToken);
        await copied;
        if (written.Result == RunWriteResult.Written)
        {
            return null;
        }

        // Ended: the history takes no more. Taken: another delivery was faster, and its result counts.
        await scope.BookAsync(isLate: record.Ended is not null, cancellationToken);
        return written.Result == RunWriteResult.AttemptTaken && (await record.CompleteAsync(output, null, false, cancellationToken)).Result == RunWriteResult.Written ? null
            : await record.ResultAsync(cancellationToken);
    }

    async Task FailAsync(CallRecord record, ActivityScope scope, string message, CancellationToken cancellationToken)
    {
        var data = JsonSerializer.SerializeToElement(message, CoreJson.Default.String);
        var written = await record.FailAsync(data, scope.Row, scope.AnswersIntent, cancellationToken);
        if (scope.Row is { } row)
        {
            await (written.Result == RunWriteResult.Written ? ledger.CopyAsync(row, cancellationToken) : scope.BookAsync(isLate: record.Ended is not null, cancellationToken));
        }
    }

    static ActivityAnswer Answer(Activity activity, JsonElement input, JsonElement output) =>
        Answer(input.Deserialize(activity.InputType)!, output.Deserialize(activity.OutputType)!, output);

    static ActivityAnswer Answer(object input, object result, JsonElement output) => new(2, ActivityLabel.Of(input, result), output);

    /// <summary>Writes down that a call failed whose own deliveries could not, so that those who watch the run see that it waits for a person.</summary>
    public async Task<string> RecordLostAsync(LostCall lost, CancellationToken cancellationToken)
    {
        var record = Record(lost.Activity, lost.Call);
        await record.BeginAsync(null, cancellationToken);
        await record.FailAsync(JsonSerializer.SerializeToElement(lost.Message, CoreJson.Default.String), null, false, cancellationToken);
        return lost.Message;
    }

    async Task<bool> BookLostCallAsync(string runId, RuntimeStatus ended, Activity activity, JsonElement input, CancellationToken cancellationToken)
    {
        var scope = Scope(new ActivityDelivery(runId, ended, IsReportedLost: false, cancellationToken), null);
        try
        {
            return await InvokeAsync(activity, scope, input.Deserialize(activity.InputType)!, async _ =>
            {
                await scope.BookAsync(isLate: true, cancellationToken);
                return true;
            }, cancellationToken);
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

    ActivityScope Scope(ActivityDelivery delivery, CallRecord? record) => new(delivery, record, content.For(delivery.RunId), ledger, leases, keeper, clock);

    /// <param name="leave">Puts the result where the workflow gets it.</param>
    static async Task<T> InvokeAsync<T>(Activity activity, ActivityScope scope, object input, Func<object, Task<T>> leave, CancellationToken cancellationToken)
    {
        try
        {
            return await leave(await activity.InvokeAsync(scope, input, cancellationToken));
        }
        catch (AttemptSupersededException)
        {
            // Now it finds what the other delivery booked, and both give the workflow the same result.
            return await leave(await activity.InvokeAsync(scope, input, cancellationToken));
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

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The lease of a call of run {RunId} could not be released")]
    static partial void LogUnreleased(ILogger logger, string runId, Exception exception);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Activity {Name} of run {RunId}, call {Number}, threw")]
    static partial void LogFailure(ILogger logger, string name, string runId, int number, Exception exception);
}
