using System.Text.Json;
using DurableRouter.Core;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Activities;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Durable;

/// <summary>The workflow's port on Durable Task.</summary>
/// <remarks>Durable Task replays the orchestrator from its history; everything here follows from that history alone. Awaits stay on the
/// orchestrator's own thread. There is no retry policy: what to repeat is the workflow's decision.</remarks>
sealed class DurableTaskContext(TaskOrchestrationContext inner) : IWorkflowContext
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
        var call = new ActivityCall(1, RunId, ++_calls, JsonSerializer.SerializeToElement(input, activity.Input));
        try
        {
            var output = await inner.CallActivityAsync<string>(activity.Name, JsonSerializer.Serialize(call, FunctionsJson.Default.ActivityCall));
            return JsonSerializer.Deserialize(output, activity.Output)
                ?? throw new ActivityFailedException(activity.Name, "it returned nothing");
        }
        catch (TaskFailedException e)
        {
            throw new ActivityFailedException(activity.Name, $"{e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}");
        }
    }

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

    public void SetStatus(RunProgress progress) =>
        inner.SetCustomStatus(JsonSerializer.SerializeToElement(progress, CoreJson.Default.RunProgress));
}
