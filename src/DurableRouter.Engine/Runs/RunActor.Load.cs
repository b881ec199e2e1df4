using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Runs;

/// <content>The way back into memory: replay.</content>
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

    WorkflowInstance NewInstance(object input) => new(RunId, Run.WorkflowVersion, Workflow, input)
    {
        LeftScheduler = () => Post(new Incoming.Stopped(new RunError(ErrorCodes.NonDeterminism,
            "The workflow's code waited for something that isn't recorded (a task that its context did not give). What was recorded is kept."))),
    };
}
