using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Engine.Runs;
using DurableRouter.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Engine;

/// <summary>Takes up what an earlier process left, and brings waiting runs back when their timers are due.</summary>
sealed partial class StartUpSweep(EngineCore core, SqliteApprovalStore approvals, ILogger logger)
{
    const string CleanStop = "clean_stop";
    const int SuspectAfter = 3;
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ClockJump = TimeSpan.FromMinutes(1);
    readonly CancellationTokenSource stop = new();
    Task background = Task.CompletedTask;

    /// <summary>Billed calls that an earlier process may have made and left no result of.</summary>
    public IReadOnlyList<CallLeftOpen> CallsLeftOpen { get; private set; } = [];

    public async Task StartAsync()
    {
        var clean = core.Reads.Query("SELECT value FROM meta WHERE name = $name", r => r.GetString(0), ("$name", CleanStop)) is ["1"];
        var busy = core.Runs.Busy();
        CallsLeftOpen = [.. busy.SelectMany(entry => OpenCallsOf(entry.Run))];
        var left = busy.ConvertAll(entry => Left.Of(entry, core.Runs.LastTurn(entry.Run.No), clean));
        var (quarantined, others) = Split(left, run => run.Deaths >= core.Options.QuarantineAfter);
        var (suspects, unsuspected) = Split(others, run => run.Deaths >= SuspectAfter);
        await Task.WhenAll(QuarantineAsync(quarantined), CountAsync(unsuspected), SetCleanAsync("0")).ConfigureAwait(false);
        unsuspected.ForEach(run => TakeUp(run.Id));
        foreach (var record in approvals.Asleep())
        {
            await approvals.WakeAsync(record, stop.Token).ConfigureAwait(false);
        }

        var suspectsTaken = TakeUpSuspectsAsync(suspects);
        background = Task.WhenAll(suspectsTaken, WakeDueRunsAsync(), KeepAwakeAsync(suspectsTaken));
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The process ends in order: its runs in memory are not suspects.</summary>
    public Task MarkCleanAsync() => SetCleanAsync("1");

    IReadOnlyList<CallLeftOpen> OpenCallsOf(StoredRun run)
    {
        try
        {
            return OpenCalls.In(core.Runs.History(run.No), core.Content.Get);
        }
        catch (Exception e) when (e is DurableRouterException or JsonException)
        {
            // What can't be read suspends the run, with the reason, when it is taken up.
            return [];
        }
    }

    static (List<Left> Yes, List<Left> No) Split(List<Left> runs, Predicate<Left> condition) =>
        (runs.FindAll(condition), runs.FindAll(run => !condition(run)));

    Task QuarantineAsync(List<Left> runs) => core.Writer.WriteAsync(session =>
    {
        using var update = new Statement(session.Handle, "UPDATE runs SET status = ?, busy = 0, error = ?, deaths = 0 WHERE no = ?");
        foreach (var run in runs)
        {
            var error = new RunError(ErrorCodes.Quarantined,
                $"{run.Deaths} times the process died or the engine failed while {run.Id} was at the same place of its history. " +
                "It is stopped so that others go on; everything is kept. " +
                "Find the cause in the host's logs, then resume the run.");
            update.Add((long)RuntimeStatus.Suspended).AddJson(error, CoreJson.Default.RunError).Add(run.No).Run();
            LogQuarantined(run.Id);
        }

        return runs.Count;
    });

    /// <summary>Counts this process among those that have had the runs in memory at their present place. Only what is taken up is counted: a
    /// run that waits behind a suspect can't be what kills the process.</summary>
    Task CountAsync(List<Left> runs) => core.Writer.WriteAsync(session =>
    {
        using var count = new Statement(session.Handle, "UPDATE runs SET deaths = ?, death_turn = ? WHERE no = ?");
        foreach (var run in runs)
        {
            count.Add(run.Deaths + 1).Add(run.Turn).Add(run.No).Run();
        }

        return runs.Count;
    });

    async Task TakeUpSuspectsAsync(List<Left> suspects)
    {
        foreach (var run in suspects)
        {
            await CountAsync([run]).ConfigureAwait(false);
            TakeUp(run.Id);
            while (true)
            {
                var change = core.Signals.NextChange(run.Id);
                if (core.InMemory(run.Id) is not { } actor || actor.Version / 2 > run.Turn)
                {
                    break;
                }

                await change.WaitAsync(Poll, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.Token.ThrowIfCancellationRequested();
            }
        }
    }

    async Task WakeDueRunsAsync()
    {
        var wall = core.Clock.GetUtcNow();
        var monotonic = core.Clock.GetTimestamp();
        using var timer = new PeriodicTimer(Poll, core.Clock);
        do
        {
            var passed = core.Clock.GetElapsedTime(monotonic);
            var jump = core.Clock.GetUtcNow() - wall - passed;
            if (jump.Duration() > ClockJump)
            {
                LogClockJump(jump);
            }

            (wall, monotonic) = (core.Clock.GetUtcNow(), core.Clock.GetTimestamp());
            foreach (var runId in core.Runs.Due(wall + core.Options.KeepInMemory))
            {
                core.Wake(runId);
            }
        }
        while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false));
    }

    void TakeUp(string runId)
    {
        try
        {
            core.Return(runId);
        }
        catch (DurableRouterException e)
        {
            LogNotTakenUp(runId, e);
        }
    }

    Task SetCleanAsync(string value) => core.Writer.WriteAsync(session =>
    {
        using var statement = new Statement(session.Handle, "INSERT OR REPLACE INTO meta (name, value) VALUES (?,?)");
        return statement.Add(CleanStop).Add(value).Run();
    });

    /// <summary>A run that owes work.</summary>
    /// <param name="Turn">Where its history stands.</param>
    /// <param name="Deaths">Processes that died while they had it in memory at this place.</param>
    sealed record Left(long No, string Id, int Turn, int Deaths)
    {
        public static Left Of((StoredRun Run, int Counted, int CountedTurn) entry, int turn, bool cleanStop)
        {
            // The first process to have it at this place did not count itself; the last one doesn't count if it ended in order.
            var processes = entry.CountedTurn == turn ? entry.Counted : 1;
            return new Left(entry.Run.No, entry.Run.Id, turn, cleanStop ? processes - 1 : processes);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} is quarantined: the process died or the engine failed too often at the same place of its history")]
    partial void LogQuarantined(string runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} could not be taken up")]
    partial void LogNotTakenUp(string runId, Exception failure);

    [LoggerMessage(EventId = 12, EventName = "clock_jump", Level = LogLevel.Warning, Message = "The system clock jumped by {Jump}; timers keep their absolute due times")]
    partial void LogClockJump(TimeSpan jump);
}
