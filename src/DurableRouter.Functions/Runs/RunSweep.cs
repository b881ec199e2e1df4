using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Runs;

/// <summary>Finishes what instances left half-done when they died. A timer calls it; every step may be repeated and run on several instances.</summary>
public sealed class RunSweep(IRunClient runs, RunEndings endings, ActivityHost activities, IRunIndex index, IApprovalWakeUps approvals, TimeProvider clock)
{
    /// <summary>Younger runs are left to those who are at work on them.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>A start that nobody has repeated for this long is not coming back.</summary>
    static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);

    /// <summary>Longer than any delivery lives: the <c>functionTimeout</c> of host.json, and a margin.</summary>
    static readonly TimeSpan CallsEndWithin = TimeSpan.FromMinutes(15);

    /// <summary>Tells runs of decided approvals whose event was lost.</summary>
    /// <returns>How many were told.</returns>
    public async Task<int> WakeAsync(CancellationToken cancellationToken)
    {
        var told = 0;
        await foreach (var approval in approvals.AsleepAsync(cancellationToken))
        {
            await ApprovalWakeUp.RaiseAsync(runs, approval, cancellationToken);
            await approvals.MarkToldAsync(approval.Id, cancellationToken);
            told++;
        }

        return told;
    }

    /// <summary>Writes the end of runs whose orchestration ended without saying so, and of starts that never reached the task hub; books the
    /// calls of ended runs that nobody delivers again.</summary>
    /// <returns>How many runs were looked at.</returns>
    public async Task<int> SettleAsync(CancellationToken cancellationToken)
    {
        var seen = 0;
        await foreach (var entry in index.UnsettledAsync(clock.GetUtcNow() - Grace, cancellationToken))
        {
            seen++;
            if (entry.End is { } end)
            {
                if (clock.GetUtcNow() - end.At > CallsEndWithin)
                {
                    await activities.BookLostCallsAsync(entry.RunId, end.Status, cancellationToken);
                    await index.SettledAsync(entry, cancellationToken);
                }

                continue;
            }

            var run = await runs.GetAsync(entry.RunId, cancellationToken); // a look settles it
            if (run is { Status: RuntimeStatus.Pending } && entry.ScheduledAt is null && clock.GetUtcNow() - entry.ClaimedAt > AbandonedAfter)
            {
                await endings.EndAsync(entry.RunId, new RunEnding(RuntimeStatus.Terminated, clock.GetUtcNow(), null,
                    RunSnapshots.Terminated("The start was interrupted before anybody was told of it. Nothing ran; start it again.")), cancellationToken);
            }
        }

        return seen;
    }
}
