using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>One execution of an orchestrator over its whole history, from the first event on.</summary>
sealed class OrchestrationReplay : TaskOrchestrationContext
{
    readonly OrchestratorThread _thread = new();
    readonly EventWaits _events = new();
    readonly SortedDictionary<int, HubEvent> _actions = [];
    readonly Dictionary<int, Action<HubEvent>> _open = [];
    readonly Queue<HubEvent> _held = new();
    readonly Func<TaskOrchestrationContext, Task<JsonElement>> _orchestrator;
    readonly HubInstance _instance;
    DateTime _now;
    bool _replaying = true;
    bool _suspended;
    int _nextId;

    public OrchestrationReplay(HubInstance instance, Func<TaskOrchestrationContext, Task<JsonElement>> orchestrator)
    {
        _instance = instance;
        _orchestrator = orchestrator;
    }

    public override TaskName Name => _instance.Name;

    public override string InstanceId => _instance.Id;

    public override string Version => _instance.Version;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _replaying;

    /// <summary>Null until the orchestrator's code has been begun.</summary>
    public Task<JsonElement>? Result { get; private set; }

    public string? CustomStatus { get; private set; }

    /// <summary>What the code asked for and the history doesn't have yet.</summary>
    public IEnumerable<HubEvent> NewActions => _actions.Values;

    /// <exception cref="NonDeterministicException">The code asks for something else than the history has.</exception>
    public void Run(IEnumerable<HubEvent> past, IEnumerable<HubEvent> fresh)
    {
        foreach (var known in past)
        {
            Process(known);
        }

        _replaying = false;
        foreach (var happened in fresh)
        {
            Process(happened);
        }
    }

    public override T? GetInput<T>() where T : default => _instance.Input is null ? default : JsonSerializer.Deserialize<T>(_instance.Input);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        _thread.Check();
        var source = new TaskCompletionSource<TResult>();
        var id = Act(new HubEvent(HubEventKind.TaskScheduled, default, 0, name.Name, JsonSerializer.Serialize(input)));
        _open[id] = answer =>
        {
            if (answer.Failure is { } failure)
            {
                source.TrySetException(new TaskFailedException(name.Name, id, failure));
            }
            else
            {
                source.TrySetResult((answer.Data is null ? default : JsonSerializer.Deserialize<TResult>(answer.Data))!);
            }
        };
        return source.Task;
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        _thread.Check();
        var source = new TaskCompletionSource();
        var id = Act(new HubEvent(HubEventKind.TimerCreated, default, FireAt: fireAt));
        _open[id] = _ => source.TrySetResult();
        cancellationToken.Register(() =>
        {
            _open.Remove(id);
            source.TrySetCanceled(cancellationToken);
        });
        return source.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        _thread.Check();
        return _events.Wait<T>(eventName, cancellationToken);
    }

    public override void SetCustomStatus(object? customStatus)
    {
        _thread.Check();
        CustomStatus = JsonSerializer.Serialize(customStatus);
    }

    public override ParentOrchestrationInstance? Parent => null;

    protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    public override Guid NewGuid() => throw NotNeeded;

    public override void SendEvent(string instanceId, string eventName, object payload) => throw NotNeeded;

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) => throw NotNeeded;

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => throw NotNeeded;

    static NotSupportedException NotNeeded => new("The port has no such member.");

    int Act(HubEvent action)
    {
        var id = _nextId++;
        _actions.Add(id, action with { Id = id });
        return id;
    }

    void Process(HubEvent e)
    {
        if (_suspended && e.Kind is not (HubEventKind.ExecutionResumed or HubEventKind.ExecutionTerminated))
        {
            _held.Enqueue(e);
            return;
        }

        switch (e.Kind)
        {
            case HubEventKind.OrchestratorStarted:
                _now = e.At;
                break;
            case HubEventKind.ExecutionStarted:
                _thread.Run(() => Result = _orchestrator(this));
                break;
            case HubEventKind.TaskScheduled or HubEventKind.TimerCreated:
                if (!_actions.Remove(e.Id, out var action) || action.Kind != e.Kind || action.Name != e.Name)
                {
                    throw new NonDeterministicException($"the history has {e.Kind} {e.Name} as action {e.Id}, the code has {action?.Kind} {action?.Name}");
                }

                break;
            case HubEventKind.TaskCompleted or HubEventKind.TaskFailed or HubEventKind.TimerFired:
                if (_open.Remove(e.Id, out var complete))
                {
                    _thread.Run(() => complete(e));
                }

                break;
            case HubEventKind.EventRaised:
                _thread.Run(() => _events.Raise(e.Name!, e.Data));
                break;
            case HubEventKind.ExecutionSuspended:
                _suspended = true;
                break;
            case HubEventKind.ExecutionResumed:
                _suspended = false;
                while (!_suspended && _held.TryDequeue(out var held))
                {
                    Process(held);
                }

                break;
        }
    }
}

sealed class NonDeterministicException(string message) : Exception(message);
