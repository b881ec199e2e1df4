using DurableRouter.Core.Durability;

namespace DurableRouter.Engine.Runs;

/// <summary>One workflow's code and what it waits for. It runs only inside <see cref="RunToIdle"/>, on one thread at a time, so its order
/// of execution depends on nothing but the order of deliveries.</summary>
sealed class WorkflowInstance(string runId, int version, Workflow workflow, object input) : SynchronizationContext, IWorkflowContext
{
    readonly Queue<(SendOrPostCallback Callback, object? State)> ready = new();
    readonly Dictionary<long, PendingActivity> activities = [];
    readonly SortedDictionary<long, PendingTimer> timers = [];
    readonly Dictionary<string, Queue<ExternalEvent>> early = [];
    readonly HashSet<string> seenEvents = [];
    readonly Queue<Action> heldBack = new();
    ITurnLog log = null!;
    Thread? turnThread;
    Task<object>? result;

    public string RunId => runId;

    public int WorkflowVersion => version;

    public DateTimeOffset CurrentTime { get; private set; }

    public bool IsReplaying => log.IsReplay;

    public RunProgress? Progress { get; private set; }

    /// <summary>Deliveries are kept, in order, until <see cref="Resume"/>.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>Called, on a foreign thread, when the code waited for something that isn't recorded: it can't be replayed any more.</summary>
    public Action? LeftScheduler { get; init; }

    /// <summary>The workflow's output or exception; null while it runs.</summary>
    public Task<object>? Result => result is { IsCompleted: true } ? result : null;

    public IReadOnlyDictionary<long, PendingActivity> Activities => activities;

    /// <summary>The earliest timer or deadline; null without one.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? earliest = null;
            foreach (var timer in timers.Values)
            {
                if (timer.Due != DateTimeOffset.MaxValue && (earliest is null || timer.Due < earliest))
                {
                    earliest = timer.Due;
                }
            }

            return earliest;
        }
    }

    public void BeginTurn(ITurnLog turnLog, DateTimeOffset at)
    {
        log = turnLog;
        CurrentTime = at;
    }

    public void Start() => Deliver(() => result = workflow.InvokeAsync(this, input));

    /// <summary>Idle for ever: the code has not ended, and nothing that it could have asked its context for is open. It waits for a task that
    /// isn't recorded.</summary>
    public bool IsStranded => !IsSuspended && result is { IsCompleted: false } && activities.Count == 0 && timers.Count == 0;

    public bool HasUnanswered => activities.Values.Any(pending => !pending.Answered);

    public object Input => input;

    public void CompleteActivity(long subject, object output) => Answer(subject, pending => pending.Complete(output));

    public void FailActivity(long subject, string message) =>
        Answer(subject, pending => pending.Fail(new ActivityFailedException(pending.Name, message)));

    public void FireTimer(long subject) => Deliver(() =>
    {
        if (timers.Remove(subject, out var timer))
        {
            timer.Fire();
        }
    });

    /// <returns>False when an event with this id was received before.</returns>
    public bool ReceiveEvent(string name, ExternalEvent received)
    {
        if (!seenEvents.Add(received.Id))
        {
            return false;
        }

        Deliver(() =>
        {
            foreach (var (sequence, timer) in timers)
            {
                if (timer is EventWait wait && wait.Name == name)
                {
                    timers.Remove(sequence);
                    wait.Receive(received);
                    return;
                }
            }

            (early.TryGetValue(name, out var queue) ? queue : early[name] = new()).Enqueue(received);
        });
        return true;
    }

    public bool HasSeenEvent(string id) => seenEvents.Contains(id);

    /// <summary>The oldest timer that is due, or 0. While suspended timers don't fire.</summary>
    public long DueTimer(DateTimeOffset now)
    {
        if (!IsSuspended)
        {
            foreach (var (sequence, timer) in timers)
            {
                if (timer.Due <= now)
                {
                    return sequence;
                }
            }
        }

        return 0;
    }

    public bool WaitsFor(string eventName) => timers.Values.Any(t => t is EventWait wait && wait.Name == eventName);

    public void Suspend() => IsSuspended = true;

    public void Resume()
    {
        IsSuspended = false;
        while (heldBack.TryDequeue(out var delivery))
        {
            RunToIdle(delivery);
        }
    }

    public Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput activityInput)
        where TInput : class where TOutput : class
    {
        var pending = new PendingActivity<TOutput>(activity.Name, activityInput, activity.Output);
        if (InTurn())
        {
            Register(log.ScheduleActivity(activity, activityInput), sequence => activities.Add(sequence, pending));
        }

        return pending.Task;
    }

    public Task<ExternalEvent?> WaitForEventAsync(string name, DateTimeOffset? deadline)
    {
        var wait = new EventWait(name, deadline ?? DateTimeOffset.MaxValue);
        if (!InTurn())
        {
            return wait.Task;
        }

        var sequence = log.WaitEvent(name, deadline);
        if (sequence != 0 && early.TryGetValue(name, out var queue) && queue.TryDequeue(out var received))
        {
            wait.Receive(received);
        }
        else
        {
            Register(sequence, s => timers.Add(s, wait));
        }

        return wait.Task;
    }

    public Task DelayUntilAsync(DateTimeOffset due)
    {
        var timer = new Delay(due);
        if (InTurn())
        {
            Register(log.StartTimer(due), sequence => timers.Add(sequence, timer));
        }

        return timer.Task;
    }

    public void SetStatus(RunProgress progress) => Progress = progress;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (InTurn())
        {
            ready.Enqueue((d, state));
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>False on a foreign thread, where the order of commands would be the thread pool's: the code gets no further there.</summary>
    bool InTurn()
    {
        if (turnThread == Thread.CurrentThread)
        {
            return true;
        }

        LeftScheduler?.Invoke();
        return false;
    }

    static void Register(long sequence, Action<long> register)
    {
        // 0: the command differs from history. The task never completes, so the code gets no further.
        if (sequence != 0)
        {
            register(sequence);
        }
    }

    void Answer(long subject, Action<PendingActivity> answer)
    {
        if (activities.TryGetValue(subject, out var pending) && !pending.Answered)
        {
            pending.Answered = true;
            Deliver(() =>
            {
                activities.Remove(subject);
                answer(pending);
            });
        }
    }

    void Deliver(Action delivery)
    {
        if (IsSuspended)
        {
            heldBack.Enqueue(delivery);
        }
        else
        {
            RunToIdle(delivery);
        }
    }

    void RunToIdle(Action first)
    {
        var outer = Current;
        turnThread = Thread.CurrentThread;
        SetSynchronizationContext(this);
        try
        {
            first();
            while (ready.TryDequeue(out var work))
            {
                work.Callback(work.State);
            }
        }
        finally
        {
            SetSynchronizationContext(outer);
            turnThread = null;
        }
    }
}
