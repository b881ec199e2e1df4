using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Runs;

/// <summary>Brings a workflow's code to where its history ends: deliveries in recorded order, commands compared with the recorded ones.</summary>
sealed class Replay(WorkflowInstance instance, Func<string, ReadOnlyMemory<byte>> content)
{
    /// <returns>Where the code left the history; null when it followed to the end.</returns>
    /// <exception cref="DurableRouterException">The history or a value it refers to can't be read.</exception>
    public Divergence? Run(IReadOnlyList<StoredTurn> history)
    {
        foreach (var turn in history)
        {
            var log = new ReplayLog(content);
            instance.BeginTurn(log, turn.At);
            for (var i = 0; i < turn.Entries.Count;)
            {
                var cause = turn.Entries[i++];
                var firstCommand = i;
                for (; i < turn.Entries.Count && IsCommand(turn.Entries[i].Kind); i++)
                {
                    log.Expect(turn.Entries[i]);
                }

                Deliver(cause);
                log.EndCommands();
                if (log.Divergence is { } divergence)
                {
                    return divergence with { Sequence = divergence.Sequence == 0 ? cause.Sequence : divergence.Sequence };
                }

                for (var c = firstCommand; c < i; c++)
                {
                    if (turn.Entries[c].Claimed && instance.Activities.TryGetValue(turn.Entries[c].Sequence, out var pending))
                    {
                        pending.Claimed = true;
                    }
                }
            }
        }

        return null;
    }

    static bool IsCommand(string kind) =>
        kind is HistoryKinds.ActivityScheduled or HistoryKinds.TimerStarted or HistoryKinds.EventWaited;

    void Deliver(in TurnEntry entry)
    {
        switch (entry.Kind)
        {
            case HistoryKinds.RunStarted:
                instance.Start();
                break;
            case HistoryKinds.ActivityStarted:
                if (instance.Activities.TryGetValue(entry.Subject, out var waiting))
                {
                    waiting.Claimed = true;
                }

                break;
            case HistoryKinds.ActivityCompleted:
                if (instance.Activities.TryGetValue(entry.Subject, out var pending))
                {
                    instance.CompleteActivity(entry.Subject, Output(entry, pending));
                }

                break;
            case HistoryKinds.ActivityFailed:
                instance.FailActivity(entry.Subject, entry.Message ?? "");
                break;
            case HistoryKinds.TimerFired:
                instance.FireTimer(entry.Subject);
                break;
            case HistoryKinds.EventReceived:
                instance.ReceiveEvent(entry.Name!, new ExternalEvent(entry.Id!, Payload(entry)));
                break;
            case HistoryKinds.RunSuspended:
                instance.Suspend();
                break;
            case HistoryKinds.RunResumed:
                instance.Resume();
                break;
            case HistoryKinds.RunCompleted or HistoryKinds.RunFailed or HistoryKinds.RunTerminated:
                break;
            default:
                throw new DurableRouterException(ErrorCodes.DatabaseNewer,
                    $"History entry {entry.Sequence} has the unknown kind {entry.Kind}. Nothing was changed. Use the program that wrote it.");
        }
    }

    object Output(in TurnEntry entry, PendingActivity pending) =>
        (entry.Address is { } address
            ? JsonSerializer.Deserialize(content(address).Span, pending.OutputType)
            : entry.Data.Deserialize(pending.OutputType))
        ?? throw new DurableRouterException(ErrorCodes.DatabaseCorrupt, $"History entry {entry.Sequence} has no result. Nothing was changed.");

    JsonElement? Payload(in TurnEntry entry)
    {
        if (entry.Address is not { } address)
        {
            return entry.Data.ValueKind == JsonValueKind.Undefined ? null : entry.Data;
        }

        using var document = JsonDocument.Parse(content(address));
        return document.RootElement.Clone();
    }
}
