using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Runs;

/// <summary>Writes how a run ended, once: with the history's last entry and the run's row of the ledger. Then follow lists and messages, which may be
/// repeated.</summary>
public sealed class RunEndings(IRunIndex index, IRunHistory history, IWaitingMessages messages)
{
    /// <summary>What the orchestration says of itself.</summary>
    /// <returns>The status that stands.</returns>
    /// <exception cref="RunNotOpenException">The run is unknown, or its orchestration had failed and goes on nevertheless.</exception>
    public async Task<string> FinishAsync(FinishRun message, CancellationToken cancellationToken)
    {
        var ending = new RunEnding(message.Status, message.At, message.Output, message.Error) { Summary = message.Summary, Progress = message.Progress };
        var stands = await EndAsync(message.RunId, ending, message.Row, cancellationToken) ?? throw RunNotOpenException.Unknown(message.RunId);
        return stands == ending || stands.Status != RuntimeStatus.Failed ? stands.Status.ToString() : throw RunNotOpenException.Ended(message.RunId, stands.Status);
    }

    /// <returns>The ending that stands: <paramref name="ending"/> itself, also when an earlier delivery wrote it, or another one that came
    /// first. Null for an unknown run.</returns>
    public Task<RunEnding?> EndAsync(string runId, RunEnding ending, CancellationToken cancellationToken) => EndAsync(runId, ending, null, cancellationToken);

    async Task<RunEnding?> EndAsync(string runId, RunEnding ending, RunRow? row, CancellationToken cancellationToken)
    {
        var written = await history.WriteAsync(runId, new RunWrite(Entry(ending)) { End = ending, Row = row }, cancellationToken);
        if (written.Result == RunWriteResult.Unknown)
        {
            return null;
        }

        var run = written.Run;
        if (run is null)
        {
            // Somebody was first: perhaps an earlier delivery of this very end, which died before all of it was done.
            var entry = (await index.GetAsync(runId, cancellationToken))!;
            if (!IsSame(entry.End!, ending))
            {
                return entry.End;
            }

            run = new RunStub(runId, entry.CreatedAt, entry.HasCallback, entry.OpenCalls, entry.Reopened);
        }

        await index.EndedAsync(run, ending, cancellationToken);
        if (run.HasCallback)
        {
            await messages.ReleaseAsync(runId, cancellationToken);
        }

        if (row is not null && run.OpenCalls == 0)
        {
            await index.SettledAsync(runId, run.CreatedAt, cancellationToken);
        }

        return ending;
    }

    static bool IsSame(RunEnding a, RunEnding b) => a.Status == b.Status && a.At == b.At;

    static NewHistoryEntry Entry(RunEnding ending) => ending switch
    {
        { Status: RuntimeStatus.Completed } => new(RunEntity.EndEntry, ending.At, HistoryKinds.RunCompleted, null, 0, ending.Output),
        { Status: RuntimeStatus.Terminated } => new(RunEntity.EndEntry, ending.At, HistoryKinds.RunTerminated, null, 0, Message(ending)),
        _ => new(RunEntity.EndEntry, ending.At, HistoryKinds.RunFailed, null, 0, Message(ending)),
    };

    static JsonElement? Message(RunEnding ending) =>
        ending.Error is { } error ? JsonSerializer.SerializeToElement(error.Message, CoreJson.Default.String) : null;
}
