using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Activities;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Durable;

/// <summary>The workflow's port on Durable Task.</summary>
/// <remarks>Durable Task replays the orchestrator from its history; everything here follows from that history alone. Awaits stay on the
/// orchestrator's own thread. There is no retry policy: what to repeat is the workflow's decision, but for calls whose process died.</remarks>
sealed class DurableTaskContext(TaskOrchestrationContext inner, AdoptionRequest adoption) : IWorkflowContext
{
    readonly Dictionary<string, EventInbox> _inboxes = new(StringComparer.Ordinal);
    readonly HashSet<string> _seenEvents = new(StringComparer.Ordinal);
    int _calls;

    public string RunId => inner.InstanceId;

    public DateTimeOffset CurrentTime => new(DateTime.SpecifyKind(inner.CurrentUtcDateTime, DateTimeKind.Utc));

    public bool IsReplaying => inner.IsReplaying;

    public int WorkflowVersion => OrchestrationVersion.Parse(inner.Version);

    public async Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
        where TInput : class where TOutput : class
    {
        var call = new ActivityCall(2, RunId, ++_calls, JsonSerializer.SerializeToElement(input, activity.Input));
        try
        {
            return (await AskAdoptedAsync(activity.Name, call)).Output.Deserialize(activity.Output)
                ?? throw new ActivityFailedException(activity.Name, "it returned nothing");
        }
        catch (TaskFailedException e)
        {
            throw new ActivityFailedException(activity.Name, $"{e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}");
        }
    }

    /// <summary>Asks once more when the run had to be made known first.</summary>
    async Task<ActivityAnswer> AskAdoptedAsync(string activity, ActivityCall call)
    {
        TaskFailedException refused;
        try
        {
            return await AskAsync(activity, call);
        }
        catch (TaskFailedException e) when (RunNotOpenException.Is(e.FailureDetails))
        {
            refused = e;
        }

        return await adoption.AskAsync() ? await AskAsync(activity, call) : throw refused;
    }

    /// <summary>Asks for the same call again when a process died with it: what that process did is in the ledger under the attempt's key.</summary>
    /// <exception cref="TaskFailedException">The activity threw, or too many processes died with it.</exception>
    async Task<ActivityAnswer> AskAsync(string activity, ActivityCall call)
    {
        for (var lost = 0; ;)
        {
            try
            {
                return await inner.CallActivityAsync<ActivityAnswer>(activity, call with { Lost = lost });
            }
            catch (TaskFailedException e) when (WorkflowVersion >= LostCalls.SinceWorkflowVersion && LostCalls.Contain(e.FailureDetails))
            {
                if (++lost == LostCalls.Most)
                {
                    await TellAsync(new LostCall(1, activity, call, LostCalls.Describe(e.FailureDetails, lost)));
                    throw;
                }
            }

            await PauseAsync(call, lost);
        }
    }

    /// <summary>The history that people watch learns of it from an activity: the call itself never came to its end.</summary>
    async Task TellAsync(LostCall lost)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await inner.CallActivityAsync<string>(ActivityNames.RecordLostCall, lost);
                return;
            }
            catch (TaskFailedException) when (tries < LostCalls.Most)
            {
                // Below: nothing is awaited with an exception at hand.
            }
            catch (TaskFailedException)
            {
                return; // the run's status says all the same that it waits for a person
            }

            await PauseAsync(lost.Call, tries);
        }
    }

    Task PauseAsync(ActivityCall call, int lost) => DelayUntilAsync(CurrentTime + LostCalls.Pause(RunId, call.Number, lost));

    public async Task<ExternalEvent?> WaitForEventAsync(string name, DateTimeOffset? deadline)
    {
        if (!_inboxes.TryGetValue(name, out var inbox))
        {
            _inboxes.Add(name, inbox = new EventInbox(inner, name, _seenEvents));
        }

        var wait = inbox.Take();
        if (deadline is not { } due || wait.IsCompleted)
        {
            return await wait;
        }

        using var timer = new CancellationTokenSource();
        var passed = inner.CreateTimer(due.UtcDateTime, timer.Token);
        if (await Task.WhenAny(wait, passed) == wait)
        {
            // A timer that nobody waits for would keep the orchestration from ending on some backends.
            timer.Cancel();
            return await wait;
        }

        inbox.GiveUp(wait);
        await passed;
        return null;
    }

    public Task DelayUntilAsync(DateTimeOffset due) => inner.CreateTimer(due.UtcDateTime, CancellationToken.None);

    /// <summary>The status that was set last.</summary>
    public RunProgress? Progress { get; private set; }

    public void SetStatus(RunProgress progress)
    {
        Progress = progress;
        inner.SetCustomStatus(JsonSerializer.SerializeToElement(progress, CoreJson.Default.RunProgress));
    }
}
