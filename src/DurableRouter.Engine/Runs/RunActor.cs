using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Engine.Activities;
using DurableRouter.Engine.Storage;

namespace DurableRouter.Engine.Runs;

/// <summary>A run in memory. Its life is a row of turns: take what has arrived, run the code as far as it goes, commit the new events and
/// the commands they caused in one transaction, and only then let activities and timers start. One turn at a time.</summary>
sealed partial class RunActor : IThreadPoolWorkItem
{
    readonly Lock gate = new();
    readonly Queue<Incoming> mailbox = new();
    readonly List<TaskCompletionSource> acknowledgements = [];
    readonly List<ActivityRun> claimedNow = [];
    readonly HashSet<long> inFlight = []; // deliveries without a result
    readonly EngineCore engine;
    NewRun? start;
    TurnCommit? committed;
    WorkflowInstance? instance;
    ITimer? timer;
    bool active;   // a turn runs or its commit is under way
    bool gone;     // left memory: posts are refused, the engine makes a new actor
    bool heldInHistory; // the history's last word is a suspension
    int turn;
    volatile int committedTurns;
    long sequence;
    int attempts;
    DateTimeOffset lastTurnAt;
    StoredRunState stored;

    /// <summary>A new run.</summary>
    public RunActor(EngineCore engine, Workflow workflow, NewRun start, object input)
    {
        this.engine = engine;
        this.start = start;
        Workflow = workflow;
        Run = new StoredRun(start.Record.No, start.Record.Id, workflow.Name, start.Record.WorkflowVersion, start.Record.Index, start.Record.CreatedAt,
            start.Record.CreatedAt, RuntimeStatus.Running, true, false, start.Record.Input, null, null, null);
        stored = new StoredRunState(start.Record.CreatedAt, RuntimeStatus.Running, true, null, null, null, null);
        lastTurnAt = start.Record.CreatedAt;
        instance = NewInstance(input);
        mailbox.Enqueue(new Incoming.Load());
        active = true;
    }

    /// <summary>A run that comes back to memory.</summary>
    public RunActor(EngineCore engine, Workflow workflow, StoredRun run)
    {
        this.engine = engine;
        Workflow = workflow;
        Run = run;
        stored = new StoredRunState(run.UpdatedAt, run.Status, run.Busy, null, run.Progress, run.Output, run.Error);
        mailbox.Enqueue(new Incoming.Load());
        active = true;
    }

    public Workflow Workflow { get; }

    /// <summary>As of the last commit: nobody is shown what a death could take back.</summary>
    public StoredRun Run { get; private set; }

    public string RunId => Run.Id;

    public long No => Run.No;

    /// <summary>The last committed entry of the history.</summary>
    public long Sequence { get; private set; }

    /// <summary>Grows with every change that a reader can see.</summary>
    public long Version => VersionOf(committedTurns, Run.Error);

    public static long VersionOf(int turns, RunError? error) => (turns * 2L) + (error is null ? 0 : 1);

    /// <summary>Stopped by the engine (divergence, quarantine): what arrives is kept, the code doesn't run.</summary>
    bool Broken => stored is { Status: RuntimeStatus.Suspended, Error: not null };

    bool Terminal => stored.Status.IsTerminal();

    /// <summary>As of the last turn.</summary>
    RunProgress? Progress => instance?.Progress ?? stored.Progress;

    /// <returns>False when the run has left memory.</returns>
    public bool Post(Incoming incoming, bool inline = false)
    {
        lock (gate)
        {
            if (gone)
            {
                return false;
            }

            mailbox.Enqueue(incoming);
            if (active)
            {
                return true;
            }

            active = true;
        }

        if (inline)
        {
            Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return true;
    }

    /// <summary>Finishes the last commit, if there was one, and takes turns until nothing is left or a commit is under way.</summary>
    public void Execute()
    {
        try
        {
            if (Interlocked.Exchange(ref committed, null) is { } done)
            {
                AfterCommit(done);
            }

            while (TakeMail() is { } mail)
            {
                if (TakeTurn(mail))
                {
                    return;
                }
            }
        }
        catch (Exception e)
        {
            Leave();
            Refuse(e);
            engine.Failed(RunId, e);
        }
    }

    /// <summary>On the writer's thread.</summary>
    public void OnCommitted(TurnCommit commit)
    {
        committed = commit;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>On the writer's thread: a refused start, or a store that can't be written any more.</summary>
    public void OnCommitFailed(TurnCommit commit, DurableRouterException failure)
    {
        foreach (var (seq, claimed) in commit.Turn!.Scheduled)
        {
            if (claimed)
            {
                GiveBack(seq);
            }
        }

        Leave();
        Refuse(failure);
    }

    /// <summary>Another run has the idempotency key: this one never was.</summary>
    void GiveUpStart(TurnCommit commit, (string RequestHash, string RunId) existing)
    {
        if (existing.RequestHash == commit.Start!.Idempotency!.RequestHash)
        {
            commit.Start.Started.TrySetResult(new StartedRun(existing.RunId, Replayed: true));
        }

        OnCommitFailed(commit, new DurableRouterException(ErrorCodes.IdempotencyMismatch,
            $"This idempotency key started {existing.RunId} with another request. Nothing was started. Use a new key for a new request."));
    }

    void Leave()
    {
        lock (gate)
        {
            gone = true;
        }

        timer?.Dispose();
        engine.Left(this);
    }

    void Acknowledge()
    {
        acknowledgements.ForEach(waiting => waiting.TrySetResult());
        acknowledgements.Clear();
    }

    /// <summary>Tells everybody who waits for this run, which has left memory: nobody else will.</summary>
    void Refuse(Exception failure)
    {
        start?.Started.TrySetException(failure);
        acknowledgements.ForEach(waiting => waiting.TrySetException(failure));
        acknowledgements.Clear();
        foreach (var incoming in mailbox)
        {
            incoming.Done?.TrySetException(failure);
        }
    }

    void ArmTimer()
    {
        timer?.Dispose();
        timer = null;
        if (instance?.NextDue is { } due && !instance.IsSuspended && !Terminal)
        {
            var wait = due - engine.Clock.GetUtcNow();
            timer = engine.Clock.CreateTimer(static run => ((RunActor)run!).OnTimer(), this,
                wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    void OnTimer()
    {
        if (!Post(new Incoming.TimerDue()))
        {
            engine.Wake(RunId); // it was just leaving memory
        }
    }

    List<Incoming>? TakeMail()
    {
        lock (gate)
        {
            if (mailbox.Count > 0)
            {
                var mail = new List<Incoming>(mailbox);
                mailbox.Clear();
                return mail;
            }

            active = false;
            gone = inFlight.Count == 0 && !stored.Busy;
            if (!gone)
            {
                return null;
            }
        }

        timer?.Dispose();
        engine.Left(this);
        return null;
    }

    void AfterCommit(TurnCommit commit)
    {
        if (commit.Existing is { } existing)
        {
            GiveUpStart(commit, existing);
            return;
        }

        committedTurns = turn;
        ArmTimer(); // before anyone can see what the run now waits for
        Run = Run with
        {
            UpdatedAt = lastTurnAt,
            Status = stored.Status,
            Progress = Progress,
            Output = stored.Output,
            Error = stored.Error,
            Busy = stored.Busy,
        };
        Sequence = sequence; // behind the state that it leads to: see EmbeddedEngine.HistoryAsync
        start?.Started.TrySetResult(new StartedRun(RunId, Replayed: false));
        start = null;
        Acknowledge();
        StartScheduled(commit.Turn!);
        engine.ReturnTurnWriter(commit.Turn!);
        engine.Signals.Changed(RunId);
        if (Run.Status.Rests(Run.Progress))
        {
            engine.Rests.Changed(RunId);
        }
    }
}
