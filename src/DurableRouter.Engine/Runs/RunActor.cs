using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Engine.Activities;
using DurableRouter.Engine.Storage;

namespace DurableRouter.Engine.Runs;

/// <summary>A run in memory. Its life is a row of turns: take what has arrived, run the code as far as it goes, commit the new events and
/// the commands they caused in one transaction, and only then let activities and timers start. One turn at a time.</summary>
internal sealed class RunActor : IThreadPoolWorkItem
{
    private readonly Lock gate = new();
    private readonly Queue<Incoming> mailbox = new();
    private readonly List<TaskCompletionSource> acknowledgements = [];
    private readonly List<ActivityRun> claimedNow = [];
    private readonly EngineCore engine;
    private NewRun? start;
    private TurnCommit? committed;
    private WorkflowInstance? instance;
    private ITimer? timer;
    private bool active;   // a turn runs or its commit is under way
    private bool gone;     // left memory: posts are refused, the engine makes a new actor
    private int turn;
    private volatile int committedTurns;
    private long sequence;
    private int attempts;
    private int running;   // deliveries without a result
    private DateTimeOffset lastTurnAt;
    private RunState stored;

    /// <summary>A new run.</summary>
    public RunActor(EngineCore engine, Workflow workflow, NewRun start, object input)
    {
        this.engine = engine;
        this.start = start;
        Workflow = workflow;
        Run = new StoredRun(start.Record.No, start.Record.Id, workflow.Name, start.Record.WorkflowVersion, start.Record.Index, start.Record.CreatedAt,
            start.Record.CreatedAt, RuntimeStatus.Running, true, false, start.Record.Input, null, null, null);
        stored = new RunState(start.Record.CreatedAt, RuntimeStatus.Running, true, null, null, null, null);
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
        stored = new RunState(run.UpdatedAt, run.Status, run.Busy, null, run.Progress, run.Output, run.Error);
        mailbox.Enqueue(new Incoming.Load());
        active = true;
    }

    public Workflow Workflow { get; }

    /// <summary>As of the last commit, except for progress, which is as of the last turn.</summary>
    public StoredRun Run { get; private set; }

    public string RunId => Run.Id;

    public long No => Run.No;

    /// <summary>The last committed entry of the history.</summary>
    public long Sequence { get; private set; }

    /// <summary>Grows with every change that a reader can see.</summary>
    public long Version => VersionOf(committedTurns, Run.Error);

    public static long VersionOf(int turns, RunError? error) => (turns * 2L) + (error is null ? 0 : 1);

    /// <summary>Stopped by the engine (divergence, quarantine): what arrives is kept, the code doesn't run.</summary>
    private bool Broken => stored is { Status: RuntimeStatus.Suspended, Error: not null };

    private bool Terminal => stored.Status.IsTerminal();

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
            Acknowledge(e);
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
        Acknowledge(failure);
        commit.Start?.Started.TrySetException(failure);
    }

    /// <summary>Another run has the idempotency key: this one never was.</summary>
    private void GiveUpStart(TurnCommit commit, (string RequestHash, string RunId) existing)
    {
        if (existing.RequestHash == commit.Start!.Idempotency!.RequestHash)
        {
            commit.Start.Started.TrySetResult(new StartedRun(existing.RunId, Replayed: true));
        }

        OnCommitFailed(commit, new DurableRouterException(ErrorCodes.IdempotencyMismatch,
            $"This idempotency key started {existing.RunId} with another request. Nothing was started. Use a new key for a new request."));
    }

    private void Leave()
    {
        lock (gate)
        {
            gone = true;
        }

        timer?.Dispose();
        engine.Left(this);
    }

    private void Acknowledge(Exception? failure = null)
    {
        foreach (var waiting in acknowledgements)
        {
            if (failure is null)
            {
                waiting.TrySetResult();
            }
            else
            {
                waiting.TrySetException(failure);
            }
        }

        acknowledgements.Clear();
    }

    private void GiveBack(long scheduled)
    {
        var pending = instance!.Activities[scheduled];
        engine.Dispatcher.Release(engine.Activity(pending.Name).ConcurrencyKey(pending.Input));
    }

    private void ArmTimer()
    {
        timer?.Dispose();
        timer = null;
        if (instance?.NextDue is { } due && !instance.IsSuspended && !Terminal)
        {
            var wait = due - engine.Clock.GetUtcNow();
            timer = engine.Clock.CreateTimer(static run => ((RunActor)run!).Post(new Incoming.TimerDue()), this,
                wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private List<Incoming>? TakeMail()
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
            gone = running == 0 && !stored.Busy;
            if (!gone)
            {
                return null;
            }
        }

        timer?.Dispose();
        engine.Left(this);
        return null;
    }

    /// <returns>True when a commit is under way.</returns>
    private bool TakeTurn(List<Incoming> mail)
    {
        if ((instance is null || engine.Options.ReplayEveryTurn && start is null) && Load() is { } broken)
        {
            mail.Add(new Incoming.Stopped(broken));
        }

        var now = DateTimeOffset.FromUnixTimeMilliseconds(engine.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        var at = now > lastTurnAt ? now : lastTurnAt; // a clock that was set back must not run a workflow's time backwards
        var writer = engine.RentTurnWriter();
        writer.Begin(sequence + 1, at, Claim);
        instance?.BeginTurn(writer, at);
        var builder = new TurnResult(writer, at);
        foreach (var incoming in mail)
        {
            if (incoming.Done is { } done)
            {
                acknowledgements.Add(done);
            }

            Handle(incoming, builder);
        }

        FireTimers(builder);
        if (builder.Status is null && !Terminal && instance?.Result is { } result)
        {
            Finish(result, builder);
        }

        writer.End();
        return Submit(builder);
    }

    private void Handle(Incoming incoming, TurnResult turnResult)
    {
        var writer = turnResult.Writer;
        switch (incoming)
        {
            case Incoming.Load when start is not null:
                writer.Plain(HistoryKinds.RunStarted);
                instance!.Start();
                break;

            case Incoming.Load:
                StartOutstanding();
                break;

            case Incoming.ActivityClaimed unwanted when Terminal:
                running--;
                engine.Dispatcher.Release(unwanted.Run.Key);
                break;

            case Incoming.ActivityClaimed claimed:
                writer.Plain(HistoryKinds.ActivityStarted, claimed.Run.Activity.Name, claimed.Run.Sequence);
                if (instance is not null && instance.Activities.TryGetValue(claimed.Run.Sequence, out var place))
                {
                    place.Claimed = true;
                }

                claimedNow.Add(claimed.Run);
                break;

            case Incoming.ActivityCompleted completed:
                running--;
                turnResult.Add(completed.Rows, late: Terminal);
                if (!Terminal)
                {
                    writer.ActivityCompleted(completed.Run.Sequence, completed.Run.Activity.Name, completed.Output, completed.Run.Activity.OutputType);
                    instance?.CompleteActivity(completed.Run.Sequence, completed.Output);
                }

                break;

            case Incoming.ActivityFailed failed:
                running--;
                turnResult.Add(failed.Rows, late: Terminal);
                if (!Terminal)
                {
                    writer.Plain(HistoryKinds.ActivityFailed, failed.Run.Activity.Name, failed.Run.Sequence, failed.Message);
                    instance?.FailActivity(failed.Run.Sequence, failed.Message);
                }

                break;

            case Incoming.EventRaised raised:
                RefuseIfTerminal(raised.Done);
                if (!Terminal && (instance is null || !instance.HasSeenEvent(raised.Id)))
                {
                    writer.EventReceived(raised.Name, raised.Id, raised.Payload);
                    instance?.ReceiveEvent(raised.Name, new ExternalEvent(raised.Id, raised.Payload));
                }

                break;

            case Incoming.SuspendAsked asked:
                RefuseIfTerminal(asked.Done);
                if (!Terminal && instance is { IsSuspended: false })
                {
                    writer.Plain(HistoryKinds.RunSuspended, message: asked.Reason);
                    instance.Suspend();
                }

                break;

            case Incoming.ResumeAsked asked:
                RefuseIfTerminal(asked.Done);
                Resume(asked, turnResult);
                break;

            case Incoming.TerminateAsked asked:
                RefuseIfTerminal(asked.Done);
                if (!Terminal)
                {
                    writer.Plain(HistoryKinds.RunTerminated, message: asked.Reason);
                    turnResult.Status = RuntimeStatus.Terminated;
                    turnResult.Error = new RunError(ErrorCodes.RunTerminated, asked.Reason ?? "Terminated by request; results and ledger are kept.");
                }

                break;

            case Incoming.Stopped stopped:
                turnResult.Status = RuntimeStatus.Suspended;
                turnResult.Error = stopped.Error;
                break;
        }
    }

    private void Resume(Incoming.ResumeAsked asked, TurnResult turnResult)
    {
        if (Broken)
        {
            // A new look at the history, with the code as it is now.
            stored = stored with { Status = RuntimeStatus.Running, Error = null };
            if (Load() is { } error)
            {
                turnResult.Status = RuntimeStatus.Suspended;
                turnResult.Error = error;
                return;
            }

            instance!.BeginTurn(turnResult.Writer, turnResult.At);
            turnResult.ClearError = true;
            StartOutstanding();
        }
        else if (!Terminal && instance is { IsSuspended: true })
        {
            turnResult.Writer.Plain(HistoryKinds.RunResumed, message: asked.Reason);
            instance.Resume();
        }
        else if (!Terminal && instance is not null && instance.WaitsFor(EventNames.Resume))
        {
            var id = $"resume-{sequence + turnResult.Writer.Count + 1}";
            turnResult.Writer.EventReceived(EventNames.Resume, id, null);
            instance.ReceiveEvent(EventNames.Resume, new ExternalEvent(id, null));
        }
    }

    private void FireTimers(TurnResult turnResult)
    {
        while (instance is not null && !Terminal && instance.Result is null && turnResult.Status is null && instance.DueTimer(turnResult.At) is > 0 and var due)
        {
            turnResult.Writer.Plain(HistoryKinds.TimerFired, subject: due);
            instance.FireTimer(due);
        }
    }

    /// <returns>True when a commit is under way.</returns>
    private bool Submit(TurnResult turnResult)
    {
        var state = NextState(turnResult);
        var start = this.start;
        if (turnResult.Writer.Count == 0 && turnResult.Rows.Count == 0 && state is null && acknowledgements.Count == 0)
        {
            engine.ReturnTurnWriter(turnResult.Writer);
            ArmTimer();
            return false;
        }

        if (start is not null)
        {
            // The row is inserted in its final form: most runs need no second write in their first turn.
            var final = state ?? stored;
            start = start with { Record = start.Record with { Status = final.Status, Busy = final.Busy, WakeAt = final.WakeAt } };
        }

        var commit = new TurnCommit(this)
        {
            Start = start,
            Turn = turnResult.Writer,
            TurnNumber = turn + 1,
            Attempts = turnResult.Rows,
            FirstAttempt = attempts + 1,
            State = state,
            Row = turnResult.Row,
        };
        sequence += turnResult.Writer.Count;
        turn += turnResult.Writer.Count > 0 ? 1 : 0;
        attempts += turnResult.Rows.Count;
        lastTurnAt = turnResult.At;
        stored = state ?? stored;
        engine.Writer.Submit(commit);
        return true;
    }

    private void Finish(Task<object> result, TurnResult turnResult)
    {
        if (result.IsCompletedSuccessfully)
        {
            turnResult.Error = Workflow.Error(result.Result);
            turnResult.Output = JsonSerializer.SerializeToUtf8Bytes(result.Result, Workflow.OutputType);
            turnResult.Row = Workflow.Row(RunId, instance!.Input, result.Result);
        }
        else
        {
            var cause = result.Exception?.InnerException;
            turnResult.Error = new RunError((cause as DurableRouterException)?.Code ?? ErrorCodes.WorkflowFailed,
                $"The workflow's code threw {cause?.GetType().Name ?? "a cancellation"}: {cause?.Message} Results and ledger are kept.");
        }

        turnResult.Status = turnResult.Error is null ? RuntimeStatus.Completed : RuntimeStatus.Failed;
        turnResult.Writer.Plain(turnResult.Error is null ? HistoryKinds.RunCompleted : HistoryKinds.RunFailed, message: turnResult.Error?.Message);
    }

    /// <returns>The run's row as it must become; null when it may stay as it is.</returns>
    private RunState? NextState(TurnResult turnResult)
    {
        var status = turnResult.Status ?? (Terminal || Broken ? stored.Status : instance is { IsSuspended: true } ? RuntimeStatus.Suspended : RuntimeStatus.Running);
        var terminal = status.IsTerminal();
        var due = terminal || instance is null || instance.IsSuspended ? null : instance.NextDue;
        var outstanding = terminal ? running > 0 : instance is null ? running > 0 : running > 0 || instance.HasUnanswered;
        var busy = outstanding || due is { } soon && soon - turnResult.At <= engine.Options.KeepInMemory;
        var progress = instance?.Progress ?? stored.Progress;
        Run = Run with { Progress = progress };
        var error = turnResult.Error ?? (turnResult.ClearError ? null : stored.Error);
        var wakeAt = busy ? stored.WakeAt : due?.ToUnixTimeMilliseconds();
        if (status == stored.Status && busy == stored.Busy && wakeAt == stored.WakeAt && error == stored.Error && turnResult.Output is null && !turnResult.ClearError)
        {
            return null;
        }

        return new RunState(turnResult.At, status, busy, wakeAt, progress, turnResult.Output ?? stored.Output, error);
    }

    private void AfterCommit(TurnCommit commit)
    {
        if (commit.Existing is { } existing)
        {
            GiveUpStart(commit, existing);
            return;
        }

        start = null;
        Sequence = sequence;
        committedTurns = turn;
        Run = Run with { UpdatedAt = lastTurnAt, Status = stored.Status, Output = stored.Output, Error = stored.Error, Busy = stored.Busy };
        engine.CrashPoint("turn.after-commit");
        StartScheduled(commit.Turn!);
        engine.ReturnTurnWriter(commit.Turn!);
        ArmTimer();
        commit.Start?.Started.TrySetResult(new StartedRun(RunId, Replayed: false));
        Acknowledge();
        engine.Signals.Changed(RunId);
    }

    /// <summary>Whether a billed activity has its place already, so that its claim can be part of the turn that schedules it.</summary>
    private bool Claim(string name, object input)
    {
        var activity = engine.Activity(name);
        return activity.IsAttempt && engine.Dispatcher.TryTake(activity.ConcurrencyKey(input));
    }

    private void StartScheduled(TurnWriter writer)
    {
        foreach (var (seq, claimed) in writer.Scheduled)
        {
            if (!Terminal && instance!.Activities.TryGetValue(seq, out var pending))
            {
                pending.Claimed = claimed;
                Deliver(seq, pending, placed: claimed, redelivered: false);
            }
            else if (claimed)
            {
                GiveBack(seq);
            }
        }

        foreach (var run in claimedNow)
        {
            engine.Run(run);
        }

        claimedNow.Clear();
    }

    /// <summary>After a replay: every activity without a result that is not running here is delivered (again).</summary>
    private void StartOutstanding()
    {
        if (instance is null)
        {
            return;
        }

        foreach (var (seq, pending) in instance.Activities)
        {
            if (!pending.Answered && (!Terminal || pending.Claimed))
            {
                Deliver(seq, pending, placed: false, redelivered: pending.Claimed);
            }
        }
    }

    private void Deliver(long seq, PendingActivity pending, bool placed, bool redelivered)
    {
        var activity = engine.Activity(pending.Name);
        var run = new ActivityRun(this, seq, activity, pending.Input, engine.ContentOf(No), engine.Clock) { Redelivered = redelivered, Claimed = placed || redelivered };
        running++;
        if (placed)
        {
            engine.Run(run);
        }
        else
        {
            engine.Dispatcher.Enqueue(run);
        }
    }

    /// <returns>Why the code can't go on; null when it stands where the history ends.</returns>
    private RunError? Load()
    {
        instance = null;
        var history = engine.Runs.History(No);
        turn = committedTurns = history.Count;
        sequence = Sequence = history.Count == 0 ? 0 : history[^1].Entries[^1].Sequence;
        attempts = engine.Runs.LastAttempt(No);
        lastTurnAt = history.Count == 0 ? Run.CreatedAt : history[^1].At;
        if (Broken)
        {
            return null;
        }

        try
        {
            var input = JsonSerializer.Deserialize(Run.Input.Span, Workflow.InputType)
                ?? throw new DurableRouterException(ErrorCodes.DatabaseCorrupt, $"The input of {RunId} is empty. Nothing was changed.");
            var replayed = NewInstance(input);
            if (new Replay(replayed, engine.Content.Get).Run(history) is { } divergence)
            {
                return new RunError(ErrorCodes.NonDeterminism,
                    $"The workflow's code no longer follows the run's history: {divergence}. Nothing was changed. Deploy code that does, then resume the run.");
            }

            instance = replayed;
            Run = Run with { Progress = replayed.Progress ?? Run.Progress };
            return null;
        }
        catch (DurableRouterException e)
        {
            return new RunError(e.Code, e.Message);
        }
        catch (JsonException e)
        {
            return new RunError(ErrorCodes.DatabaseCorrupt, $"The run's stored values can't be read: {e.Message} Nothing was changed.");
        }
    }

    private WorkflowInstance NewInstance(object input) => new(RunId, Run.WorkflowVersion, Workflow, input)
    {
        LeftScheduler = () => Post(new Incoming.Stopped(new RunError(ErrorCodes.NonDeterminism,
            "The workflow's code waited for something that isn't recorded (a task that its context did not give). What was recorded is kept."))),
    };

    private void RefuseIfTerminal(TaskCompletionSource? done)
    {
        if (Terminal && done is not null)
        {
            acknowledgements.Remove(done);
            done.TrySetException(DurableRouterErrors.RunFinished(RunId, stored.Status));
        }
    }
}
