using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Runs;

/// <content>The way back: into memory by replay, and out of a suspension.</content>
sealed partial class RunActor
{
    /// <returns>Why the code can't go on; null when it stands where the history ends.</returns>
    RunError? Load()
    {
        instance = null;
        var history = engine.Runs.History(No);
        turn = committedTurns = history.Count;
        sequence = Sequence = history.Count == 0 ? 0 : history[^1].Entries[^1].Sequence;
        attempts = engine.Runs.LastAttempt(No);
        lastTurnAt = history.Count == 0 ? Run.CreatedAt : history[^1].At;
        heldInHistory = history.SelectMany(t => t.Entries).LastOrDefault(e => e.Kind is HistoryKinds.RunSuspended or HistoryKinds.RunResumed).Kind
            == HistoryKinds.RunSuspended;
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

    /// <summary>What arrives while the code can't run is recorded behind a suspension, so that a later replay delivers it at the resumption
    /// and doesn't expect commands that nobody could have caused.</summary>
    void HoldInHistory(TurnWriter writer)
    {
        if (instance is null && !heldInHistory)
        {
            writer.Plain(HistoryKinds.RunSuspended, message: "stopped by the engine");
            heldInHistory = true;
        }
    }

    void Resume(Incoming.ResumeAsked asked, TurnResult turnResult)
    {
        if (Broken)
        {
            // A new look at the history, with the code as it is now.
            stored = stored with { Status = RuntimeStatus.Running, Error = null };
            if (Load() is { } error)
            {
                turnResult.Status = RuntimeStatus.Suspended;
                turnResult.Error = error;
                engine.Stopped(RunId, error);
                return;
            }

            instance!.BeginTurn(turnResult.Writer, turnResult.At);
            turnResult.ClearError = true;
            StartOutstanding(); // before the resumption, whose own activities start after its commit
            if (instance.IsSuspended)
            {
                turnResult.Writer.Plain(HistoryKinds.RunResumed, message: asked.Reason);
                heldInHistory = false;
                instance.Resume();
            }
        }
        else if (!Terminal && instance is { IsSuspended: true })
        {
            turnResult.Writer.Plain(HistoryKinds.RunResumed, message: asked.Reason);
            heldInHistory = false;
            instance.Resume();
        }
        else if (!Terminal && instance is not null && instance.WaitsFor(EventNames.Resume))
        {
            var id = $"resume-{sequence + turnResult.Writer.Count + 1}";
            turnResult.Writer.EventReceived(EventNames.Resume, id, null);
            instance.ReceiveEvent(EventNames.Resume, new ExternalEvent(id, null));
        }
    }

    static RunError Stranded => new(ErrorCodes.NonDeterminism,
        "The workflow's code has not ended and waits for nothing that is recorded: no activity is out, no timer runs, no event is awaited. It waits for " +
        "a task that its context did not give. What was recorded is kept. Deploy code that waits for its context's tasks only, then resume the run.");

    WorkflowInstance NewInstance(object input) => new(RunId, Run.WorkflowVersion, Workflow, input)
    {
        LeftScheduler = () => Post(new Incoming.Stopped(new RunError(ErrorCodes.NonDeterminism,
            "The workflow's code waited for something that isn't recorded (a task that its context did not give). What was recorded is kept. " +
            "Deploy code that waits for its context's tasks only, then resume the run."))),
    };
}
