using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Engine.Runs;

/// <summary>Finds in a stored history the billed calls that may have gone out and left no result.</summary>
static class OpenCalls
{
    /// <exception cref="DurableRouterException">A value that the history refers to can't be read.</exception>
    public static IReadOnlyList<CallLeftOpen> In(IReadOnlyList<StoredTurn> history, Func<string, ReadOnlyMemory<byte>> content)
    {
        var open = new Dictionary<long, TurnEntry>();
        var claimed = new HashSet<long>();
        foreach (var entry in history.SelectMany(turn => turn.Entries))
        {
            switch (entry.Kind)
            {
                case HistoryKinds.ActivityScheduled when RouterActivities.IsAttempt(entry.Name):
                    open.Add(entry.Sequence, entry);
                    if (entry.Claimed)
                    {
                        claimed.Add(entry.Sequence);
                    }

                    break;
                case HistoryKinds.ActivityStarted:
                    claimed.Add(entry.Subject);
                    break;
                case HistoryKinds.ActivityCompleted or HistoryKinds.ActivityFailed:
                    open.Remove(entry.Subject);
                    break;
            }
        }

        return [.. open.Where(call => claimed.Contains(call.Key)).Select(call => Of(call.Value, content))];
    }

    static CallLeftOpen Of(in TurnEntry entry, Func<string, ReadOnlyMemory<byte>> content)
    {
        var input = HistoryData.Of(entry, content)?.Deserialize(CoreJson.Default.AttemptInput)
            ?? throw new DurableRouterException(ErrorCodes.DatabaseCorrupt, $"History entry {entry.Sequence} has no input. Nothing was changed.");
        return new CallLeftOpen(input.Key, input.Definition, input.UpperBoundUsd);
    }
}
