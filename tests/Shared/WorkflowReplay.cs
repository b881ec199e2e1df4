using System.Text.Json;
using DurableRouter.Core.Durability;

namespace DurableRouter.Tests.Shared;

/// <summary>What workflow code asked for, in order.</summary>
public sealed record WorkflowCommand(string Kind, string Name, string Data, DateTimeOffset? Due);

/// <summary>One execution of workflow code on its own single-threaded scheduler, fed with recorded entries.</summary>
public sealed class WorkflowReplay : SynchronizationContext, IWorkflowContext
{
    readonly Queue<(SendOrPostCallback, object?)> _ready = new();
    readonly Dictionary<int, Action<HistoryEntry>> _open = [];
    readonly List<(int Command, string Name)> _waits = [];
    readonly List<ExternalEvent> _early = [];
    readonly List<string> _earlyNames = [];
    readonly Workflow _workflow;
    readonly object _input;

    public WorkflowReplay(string runId, Workflow workflow, JsonElement input)
    {
        RunId = runId;
        _workflow = workflow;
        _input = input.Deserialize(workflow.InputType)!;
    }

    public string RunId { get; }
    public DateTimeOffset CurrentTime { get; private set; }
    public bool IsReplaying => false;
    public int WorkflowVersion => _workflow.CurrentVersion;
    public RunProgress? Progress { get; private set; }
    public List<WorkflowCommand> Commands { get; } = [];
    public Task<object>? Result { get; private set; }

    /// <param name="commandOf">The index of the command that an entry answers.</param>
    public void Deliver(HistoryEntry entry, Func<long, int> commandOf)
    {
        CurrentTime = entry.At;
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            switch (entry.Kind)
            {
                case HistoryKinds.RunStarted:
                    Result = _workflow.InvokeAsync(this, _input);
                    break;
                case HistoryKinds.EventReceived:
                    Receive(entry);
                    break;
                case HistoryKinds.ActivityCompleted or HistoryKinds.ActivityFailed or HistoryKinds.TimerFired:
                    if (_open.Remove(commandOf(entry.Subject), out var complete))
                    {
                        complete(entry);
                    }

                    break;
            }

            while (_ready.TryDequeue(out var work))
            {
                work.Item1(work.Item2);
            }
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Current != this)
        {
            throw new InvalidOperationException("workflow code left its scheduler");
        }

        _ready.Enqueue((d, state));
    }

    public override SynchronizationContext CreateCopy() => this;

    public Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
        where TInput : class where TOutput : class
    {
        var source = new TaskCompletionSource<TOutput>();
        Open(new(HistoryKinds.ActivityScheduled, activity.Name, JsonSerializer.Serialize(input, activity.Input), null), entry =>
        {
            if (entry.Kind == HistoryKinds.ActivityFailed)
            {
                source.SetException(new ActivityFailedException(activity.Name, entry.Data!.Value.GetString()!));
            }
            else
            {
                source.SetResult(entry.Data!.Value.Deserialize(activity.Output)!);
            }
        });
        return source.Task;
    }

    public Task<ExternalEvent?> WaitForEventAsync(string name, DateTimeOffset? deadline)
    {
        var source = new TaskCompletionSource<ExternalEvent?>();
        var command = Commands.Count;
        Open(new(HistoryKinds.EventWaited, name, "null", deadline), entry =>
        {
            _waits.RemoveAll(w => w.Command == command);
            source.SetResult(entry.Kind == HistoryKinds.TimerFired ? null : new ExternalEvent(Id(entry), null));
        });
        var early = _earlyNames.IndexOf(name);
        if (early >= 0)
        {
            _open.Remove(command);
            source.SetResult(_early[early]);
            _early.RemoveAt(early);
            _earlyNames.RemoveAt(early);
        }
        else
        {
            _waits.Add((command, name));
        }

        return source.Task;
    }

    public Task DelayUntilAsync(DateTimeOffset due)
    {
        var source = new TaskCompletionSource();
        Open(new(HistoryKinds.TimerStarted, "", "null", due), _ => source.SetResult());
        return source.Task;
    }

    public void SetStatus(RunProgress progress) => Progress = progress;

    /// <summary>Whether the command is still open: a wait that an event ended has no timer any more.</summary>
    public bool IsOpen(int command) => _open.ContainsKey(command);

    void Open(WorkflowCommand command, Action<HistoryEntry> complete)
    {
        _open[Commands.Count] = complete;
        Commands.Add(command);
    }

    void Receive(HistoryEntry entry)
    {
        var wait = _waits.FindIndex(w => w.Name == entry.Name);
        if (wait >= 0)
        {
            _open.Remove(_waits[wait].Command, out var complete);
            complete!(entry);
        }
        else
        {
            _earlyNames.Add(entry.Name!);
            _early.Add(new ExternalEvent(Id(entry), null));
        }
    }

    static string Id(HistoryEntry entry) => $"event-{entry.Sequence}";
}
