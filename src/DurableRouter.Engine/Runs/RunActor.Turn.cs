using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Engine.Storage;

namespace DurableRouter.Engine.Runs;

/// <content>What happens in one turn, up to handing its commit to the writer.</content>
sealed partial class RunActor
{
    /// <returns>True when a commit is under way.</returns>
    bool TakeTurn(List<Incoming> mail)
    {
        foreach (var incoming in mail)
        {
            if (incoming.Done is { } done)
            {
                acknowledgements.Add(done);
            }
        }

        if ((instance is null || engine.Options.ReplayEveryTurn && start is null) && Load() is { } broken)
        {
            mail.Insert(0, new Incoming.Stopped(broken));
        }
        else if (mail.FindIndex(incoming => incoming is Incoming.Stopped) is > 0 and var stop)
        {
            (mail[0], mail[stop]) = (mail[stop], mail[0]); // nothing may run once the code can't be trusted
        }

        var now = DateTimeOffset.FromUnixTimeMilliseconds(engine.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        var at = now > lastTurnAt ? now : lastTurnAt; // a clock that was set back must not run a workflow's time backwards
        var writer = engine.RentTurnWriter();
        var held = heldInHistory;
        var turnResult = Play(mail, writer, at);
        if (turnResult.Status is null && !Terminal && instance is { IsStranded: true })
        {
            // What the code did is forgotten and what arrived is held, so that code which waits for recorded work only can take it up.
            engine.Stuck(RunId);
            heldInHistory = held;
            mail.Insert(0, new Incoming.Stopped(Stranded));
            turnResult = Play(mail, writer, at);
        }

        return Submit(turnResult);
    }

    TurnResult Play(List<Incoming> mail, TurnWriter writer, DateTimeOffset at)
    {
        writer.Begin(sequence + 1, at, Claim);
        instance?.BeginTurn(writer, at);
        var turnResult = new TurnResult(writer, at);
        foreach (var incoming in mail)
        {
            Handle(incoming, turnResult);
        }

        FireTimers(turnResult);
        if (turnResult.Status is null && !Terminal && instance?.Result is { } result)
        {
            Finish(result, turnResult);
        }

        writer.End();
        return turnResult;
    }

    void Handle(Incoming incoming, TurnResult turnResult)
    {
        var writer = turnResult.Writer;
        switch (incoming)
        {
            case Incoming.Load when start is not null:
                HoldInHistory(writer);
                writer.Plain(HistoryKinds.RunStarted);
                instance?.Start();
                break;

            case Incoming.Load:
                StartOutstanding();
                break;

            case Incoming.ActivityClaimed unwanted when Terminal:
                inFlight.Remove(unwanted.Run.Sequence);
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
                inFlight.Remove(completed.Run.Sequence);
                turnResult.Add(completed.Rows, late: Terminal);
                if (!Terminal)
                {
                    HoldInHistory(writer);
                    writer.ActivityCompleted(completed.Run.Sequence, completed.Run.Activity.Name, completed.Output, completed.Run.Activity.OutputType);
                    instance?.CompleteActivity(completed.Run.Sequence, completed.Output);
                }

                break;

            case Incoming.ActivityFailed failed:
                inFlight.Remove(failed.Run.Sequence);
                turnResult.Add(failed.Rows, late: Terminal);
                if (!Terminal)
                {
                    HoldInHistory(writer);
                    writer.Plain(HistoryKinds.ActivityFailed, failed.Run.Activity.Name, failed.Run.Sequence, failed.Message);
                    instance?.FailActivity(failed.Run.Sequence, failed.Message);
                }

                break;

            case Incoming.EventRaised raised:
                RefuseIfTerminal(raised.Done);
                if (!Terminal && (instance is null || !instance.HasSeenEvent(raised.Id)))
                {
                    HoldInHistory(writer);
                    writer.EventReceived(raised.Name, raised.Id, raised.Payload);
                    instance?.ReceiveEvent(raised.Name, new ExternalEvent(raised.Id, raised.Payload));
                }

                break;

            case Incoming.SuspendAsked asked:
                RefuseIfTerminal(asked.Done);
                if (!Terminal && instance is { IsSuspended: false })
                {
                    writer.Plain(HistoryKinds.RunSuspended, message: asked.Reason);
                    heldInHistory = true;
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
                engine.Stopped(RunId, stopped.Error);
                instance = null; // what it did after its last commit is forgotten
                break;
        }
    }

    void FireTimers(TurnResult turnResult)
    {
        while (instance is not null && !Terminal && instance.Result is null && turnResult.Status is null && instance.DueTimer(turnResult.At) is > 0 and var due)
        {
            turnResult.Writer.Plain(HistoryKinds.TimerFired, subject: due);
            instance.FireTimer(due);
        }
    }

    /// <returns>True when a commit is under way.</returns>
    bool Submit(TurnResult turnResult)
    {
        var state = NextState(turnResult);
        var start = this.start;
        if (turnResult.Writer.Count == 0 && turnResult.Rows.Count == 0 && state is null && acknowledgements.Count == 0)
        {
            engine.ReturnTurnWriter(turnResult.Writer);
            ArmTimer();
            Run = Run with { Progress = Progress };
            return false;
        }

        if (start is not null)
        {
            // The row is inserted in its final form: most runs need no second write in their first turn.
            var final = state ?? stored;
            start = start with { Record = start.Record with { Status = final.Status, Busy = final.Busy, WakeAt = final.WakeAt } };
        }

        var commit = new TurnCommit(this, engine.CrashPoints)
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

    void Finish(Task<object> result, TurnResult turnResult)
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
    StoredRunState? NextState(TurnResult turnResult)
    {
        var status = turnResult.Status ?? (Terminal || Broken ? stored.Status : instance is { IsSuspended: true } ? RuntimeStatus.Suspended : RuntimeStatus.Running);
        var terminal = status.IsTerminal();
        var due = terminal || instance is null || instance.IsSuspended ? null : instance.NextDue;
        var outstanding = inFlight.Count > 0 || !terminal && instance is { HasUnanswered: true };
        var busy = outstanding || due is { } soon && soon - turnResult.At <= engine.Options.KeepInMemory;
        var error = turnResult.Error ?? (turnResult.ClearError ? null : stored.Error);
        var wakeAt = busy ? stored.WakeAt : due?.ToUnixTimeMilliseconds();
        if (status == stored.Status && busy == stored.Busy && wakeAt == stored.WakeAt && error == stored.Error && turnResult.Output is null && !turnResult.ClearError)
        {
            return null;
        }

        return new StoredRunState(turnResult.At, status, busy, wakeAt, Progress, turnResult.Output ?? stored.Output, error);
    }

    void RefuseIfTerminal(TaskCompletionSource? done)
    {
        if (Terminal && done is not null)
        {
            acknowledgements.Remove(done);
            done.TrySetException(RunRefusals.RunFinished(RunId, stored.Status));
        }
    }
}
