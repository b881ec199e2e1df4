using System.Collections.Concurrent;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Runs;

/// <summary>Finishes what instances left half-done when they died. A timer calls it; every step may be repeated and run on several instances.</summary>
public sealed class RunSweep(IRunClient runs, RunEndings endings, ActivityHost activities, IRunIndex index, IApprovalStore approvals, IApprovalWakeUps wakeUps,
    TaskHub hub, TimeProvider clock)
{
    /// <summary>Younger runs are left to those who are at work on them.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>Whether the owner of a call lives takes some beats to tell, so runs share them.</summary>
    const int SettledAtOnce = 32;

    /// <summary>A start that nobody has repeated for this long is not coming back.</summary>
    static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);

    /// <summary>By then the task hub has delivered again what it delivers at all. Who still beats is left alone all the same.</summary>
    static readonly TimeSpan CallsEndWithin = TimeSpan.FromMinutes(15);

    /// <summary>Tells runs of decided approvals whose event was lost.</summary>
    /// <returns>How many were told.</returns>
    /// <exception cref="AggregateException">Some could not be told; all others were.</exception>
    public Task<int> WakeAsync(CancellationToken cancellationToken) => EachAsync(wakeUps.AsleepAsync(cancellationToken), async approval =>
    {
        await ApprovalWakeUp.RaiseAsync(runs, approval, cancellationToken);
        await wakeUps.MarkToldAsync(approval.Id, cancellationToken);
    });

    /// <summary>Writes the end of runs whose orchestration ended without saying so, and of starts that never reached the task hub. Of ended runs
    /// it takes back what they ask, and books the calls that nobody delivers again.</summary>
    /// <returns>How many runs were looked at.</returns>
    /// <exception cref="AggregateException">Some could not be looked at; all others were.</exception>
    public Task<int> SettleAsync(CancellationToken cancellationToken) =>
        EachAsync(index.UnsettledAsync(clock.GetUtcNow() - Grace, cancellationToken), entry => SettleAsync(entry, cancellationToken), SettledAtOnce);

    async Task SettleAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        if (entry.End is { } end)
        {
            await endings.EndAsync(entry.RunId, end, cancellationToken); // all of it, should a death have come between
            await ApprovalWithdrawal.WithdrawAsync(approvals, entry.RunId, cancellationToken);
            if (clock.GetUtcNow() - end.At > CallsEndWithin && await activities.BookLostCallsAsync(entry.RunId, end.Status, cancellationToken))
            {
                await index.SettledAsync(entry.RunId, entry.CreatedAt, cancellationToken);
            }

            return;
        }

        var run = await runs.GetAsync(entry.RunId, cancellationToken); // a look settles it
        if (run is { Status: RuntimeStatus.Pending } && entry.Last <= 1 && clock.GetUtcNow() - entry.ClaimedAt > AbandonedAfter
            && await hub.Client.GetInstanceAsync(entry.RunId, getInputsAndOutputs: false, cancellationToken) is null)
        {
            await endings.EndAsync(entry.RunId, new RunEnding(RuntimeStatus.Terminated, clock.GetUtcNow(), null,
                RunSnapshots.Terminated("The start was interrupted before anybody was told of it. Nothing ran; start it again.")), cancellationToken);
        }
    }

    /// <summary>One that fails again and again must not keep those behind it waiting; the timer's invocation fails, so that it is seen.</summary>
    static async Task<int> EachAsync<T>(IAsyncEnumerable<T> items, Func<T, Task> work, int atOnce = 1)
    {
        var done = 0;
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (item, _) =>
        {
            try
            {
                await work(item);
                Interlocked.Increment(ref done);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Enqueue(e);
            }
        });
        return failures.IsEmpty ? done : throw new AggregateException(failures);
    }
}
