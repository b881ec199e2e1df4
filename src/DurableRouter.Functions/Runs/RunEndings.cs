using System.Globalization;
using System.Text.Json;
using DurableRouter.Core;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Runs;

/// <summary>Writes how a run ended, once: the index decides who was first, then history, messages and ledger follow. Every step may be
/// repeated.</summary>
public sealed class RunEndings(IRunIndex index, IRunHistory history, ILedgerWriter ledger, IWaitingMessages messages)
{
    const string EntryId = "run-end";

    /// <summary>What the orchestration says of itself.</summary>
    /// <returns>The status that stands.</returns>
    /// <exception cref="RunNotOpenException">The run is unknown, or its orchestration had failed and goes on nevertheless.</exception>
    public async Task<string> FinishAsync(FinishRun message, CancellationToken cancellationToken)
    {
        var ending = new RunEnding(message.Status, message.At, message.Output, message.Error);
        if (message.Row is { } row && await index.GetAsync(message.RunId, cancellationToken) is { } run && (run.End is null || IsSame(run.End, ending)))
        {
            // First: who sees the end finds the run in the ledger.
            await ledger.AddAsync(row, cancellationToken);
        }

        var stands = await EndAsync(message.RunId, ending, cancellationToken) ?? throw RunNotOpenException.Unknown(message.RunId);
        if (stands != ending && stands.Status == RuntimeStatus.Failed)
        {
            throw RunNotOpenException.Ended(message.RunId, stands.Status);
        }

        if (stands == ending && message.Row is not null && !await ledger.HasOpenIntentsAsync(message.RunId, cancellationToken)
            && await index.GetAsync(message.RunId, cancellationToken) is { } entry)
        {
            await index.SettledAsync(entry, cancellationToken);
        }

        return stands.Status.ToString();
    }

    /// <returns>The ending that stands: <paramref name="ending"/> itself, also when an earlier delivery wrote it, or another one that came
    /// first. Null for an unknown run.</returns>
    public async Task<RunEnding?> EndAsync(string runId, RunEnding ending, CancellationToken cancellationToken)
    {
        while (await index.GetAsync(runId, cancellationToken) is { } entry)
        {
            if (entry.End is { } stands && !IsSame(stands, ending))
            {
                return stands;
            }

            if (entry.End is not null || await index.UpdateAsync(entry with { End = ending }, cancellationToken) is not null)
            {
                await history.AppendAsync(runId, Entry(ending, entry.Reopened), cancellationToken);
                await messages.ReleaseAsync(runId, cancellationToken);
                return ending;
            }
        }

        return null;
    }

    static bool IsSame(RunEnding a, RunEnding b) => a.Status == b.Status && a.At == b.At;

    static NewHistoryEntry Entry(RunEnding ending, int reopened)
    {
        var id = reopened == 0 ? EntryId : string.Create(CultureInfo.InvariantCulture, $"{EntryId}-{reopened + 1}");
        return ending switch
        {
            { Status: RuntimeStatus.Completed } => new(id, ending.At, HistoryKinds.RunCompleted, null, 0, ending.Output),
            { Status: RuntimeStatus.Terminated } => new(id, ending.At, HistoryKinds.RunTerminated, null, 0, Message(ending)),
            _ => new(id, ending.At, HistoryKinds.RunFailed, null, 0, Message(ending)),
        };
    }

    static JsonElement? Message(RunEnding ending) =>
        ending.Error is { } error ? JsonSerializer.SerializeToElement(error.Message, CoreJson.Default.String) : null;
}
