using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>One process of the Functions app at work on a task hub: it replays an orchestrator at every event, runs activities and arms timers.
/// What it has not delivered when it is killed is lost; the next worker takes up what the hub's history leaves open.</summary>
sealed class HubWorker : IDisposable
{
    readonly FunctionTable _functions;
    readonly TimeProvider _clock;
    readonly CancellationTokenSource _killed = new();
    readonly List<ITimer> _timers = [];

    public HubWorker(TaskHubStore store, FunctionTable functions, TimeProvider clock)
    {
        _functions = functions;
        _clock = clock;
        foreach (var instance in store.Instances)
        {
            TakeUp(instance);
        }
    }

    /// <summary>Makes the event part of the history and runs the orchestrator's next turn. Events of ended instances fall by the wayside.</summary>
    public void Deliver(HubInstance instance, HubEvent happened)
    {
        List<HubEvent> actions;
        lock (instance)
        {
            if (_killed.IsCancellationRequested || instance.IsCompleted || IsRepeated(instance, happened))
            {
                return;
            }

            var now = _clock.GetUtcNow();
            HubEvent[] fresh = [new(HubEventKind.OrchestratorStarted, now.UtcDateTime), happened with { At = now.UtcDateTime }];
            actions = Turn(instance, fresh, now);
        }

        actions.ForEach(action => Begin(instance, action));
    }

    public void Dispose()
    {
        _killed.Cancel();
        lock (_timers)
        {
            _timers.ForEach(t => t.Dispose());
        }
    }

    /// <returns>The new actions.</returns>
    List<HubEvent> Turn(HubInstance instance, HubEvent[] fresh, DateTimeOffset now)
    {
        instance.UpdatedAt = now;
        var replay = new OrchestrationReplay(instance, _functions.Orchestrator(instance.Name));
        try
        {
            replay.Run(instance.History, fresh);
        }
        catch (NonDeterministicException e)
        {
            instance.Status = OrchestrationRuntimeStatus.Failed;
            instance.Failure = new("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", e.Message, null, null, null);
            return [];
        }

        var actions = replay.NewActions.ToList();
        instance.History.AddRange(fresh);
        instance.History.AddRange(actions);
        instance.CustomStatus = replay.CustomStatus ?? instance.CustomStatus;
        instance.Status = fresh[^1].Kind switch
        {
            HubEventKind.ExecutionSuspended => OrchestrationRuntimeStatus.Suspended,
            HubEventKind.ExecutionResumed => OrchestrationRuntimeStatus.Running,
            HubEventKind.ExecutionTerminated => OrchestrationRuntimeStatus.Terminated,
            _ => instance.Status == OrchestrationRuntimeStatus.Pending ? OrchestrationRuntimeStatus.Running : instance.Status,
        };
        if (fresh[^1].Kind == HubEventKind.ExecutionTerminated)
        {
            instance.Output = fresh[^1].Data;
        }
        else if (replay.Result is { IsCompletedSuccessfully: true } done)
        {
            instance.Status = OrchestrationRuntimeStatus.Completed;
            instance.Output = JsonSerializer.Serialize(done.Result);
        }
        else if (replay.Result is { IsFaulted: true } failed)
        {
            var cause = failed.Exception.InnerException!;
            instance.Status = OrchestrationRuntimeStatus.Failed;
            instance.Failure = new(cause.GetType().FullName!, cause.Message, null, null, null);
        }

        return actions;
    }

    void TakeUp(HubInstance instance)
    {
        List<HubEvent> open;
        lock (instance)
        {
            open = instance.IsCompleted ? [] :
            [
                .. instance.Open(HubEventKind.TaskScheduled, HubEventKind.TaskCompleted, HubEventKind.TaskFailed),
                .. instance.Open(HubEventKind.TimerCreated, HubEventKind.TimerFired),
            ];
        }

        open.ForEach(action => Begin(instance, action));
    }

    void Begin(HubInstance instance, HubEvent action)
    {
        if (action.Kind == HubEventKind.TaskScheduled)
        {
            _ = Task.Run(() => ExecuteAsync(instance, action));
            return;
        }

        var left = action.FireAt!.Value - _clock.GetUtcNow().UtcDateTime;
        var fire = new HubEvent(HubEventKind.TimerFired, default, action.Id);
        var timer = _clock.CreateTimer(_ => Deliver(instance, fire), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        lock (_timers)
        {
            _timers.Add(timer);
        }
    }

    async Task ExecuteAsync(HubInstance instance, HubEvent scheduled)
    {
        HubEvent answer;
        if (_functions.Dies(scheduled.Name!))
        {
            Deliver(instance, new HubEvent(HubEventKind.TaskFailed, default, scheduled.Id, scheduled.Name, Failure: Death(scheduled.Name!)));
            return;
        }

        try
        {
            var output = await _functions.Activity(scheduled.Name!)(scheduled.Data!, _killed.Token);
            answer = new HubEvent(HubEventKind.TaskCompleted, default, scheduled.Id, scheduled.Name, output);
        }
        catch (Exception e)
        {
            answer = new HubEvent(HubEventKind.TaskFailed, default, scheduled.Id, scheduled.Name,
                Failure: new TaskFailureDetails(e.GetType().FullName!, e.Message, null, null, null));
        }

        Deliver(instance, answer);
    }

    /// <summary>As the orchestrator sees it: azure-functions-durable-extension, OutOfProcMiddleware.cs, of what azure-functions-host, WorkerProcess.cs,
    /// fails the invocations with.</summary>
    static TaskFailureDetails Death(string activity) => new("Microsoft.Azure.WebJobs.Host.FunctionInvocationException",
        $"Exception while executing function: Functions.{activity}", null,
        new("Microsoft.Azure.WebJobs.Script.Workers.WorkerProcessExitException", "dotnet exited with code 137 (0x89)", null, null, null), null);

    /// <summary>The hub delivers at least once; the framework lets the first answer count.</summary>
    static bool IsRepeated(HubInstance instance, HubEvent e) => IsAnswer(e) && instance.History.Exists(h => h.Id == e.Id && IsAnswer(h));

    static bool IsAnswer(HubEvent e) => e.Kind is HubEventKind.TaskCompleted or HubEventKind.TaskFailed or HubEventKind.TimerFired;
}
