using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Engine.Runs;
using DurableRouter.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Engine;

/// <summary>Takes up what an earlier process left, and brings waiting runs back when their timers are due.</summary>
internal sealed partial class StartUpSweep(EngineCore core, SqliteApprovalStore approvals, ILogger logger)
{
    private const string CleanStop = "clean_stop";
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClockJump = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource stop = new();
    private Task background = Task.CompletedTask;

    public async Task StartAsync()
    {
        var clean = core.Reads.Query("SELECT value FROM meta WHERE name = $name", r => r.GetString(0), ("$name", CleanStop)) is ["1"];
        var left = core.Runs.Busy();
        var suspects = await CountDeathsAsync(left, clean).ConfigureAwait(false);
        foreach (var (run, _, _) in left)
        {
            if (!suspects.Contains(run.Id))
            {
                TakeUp(run.Id);
            }
        }

        foreach (var record in approvals.Asleep())
        {
            await approvals.WakeAsync(record, stop.Token).ConfigureAwait(false);
        }

        background = Task.WhenAll(TakeUpSuspectsAsync(suspects), WakeDueRunsAsync());
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The process ends in order: its runs in memory are not suspects.</summary>
    public Task MarkCleanAsync() => SetCleanAsync("1");

    /// <summary>A run that was in memory when a process died, at the same place each time, may be what kills it.</summary>
    /// <returns>Runs to take up one at a time.</returns>
    private async Task<HashSet<string>> CountDeathsAsync(List<(StoredRun Run, int Deaths, int DeathTurn)> left, bool clean)
    {
        var suspects = new HashSet<string>();
        if (clean)
        {
            await SetCleanAsync("0").ConfigureAwait(false);
            return suspects;
        }

        var quarantined = new List<string>();
        await core.Writer.WriteAsync(session =>
        {
            using var count = new Statement(session.Handle, "UPDATE runs SET deaths = ?, death_turn = ? WHERE no = ?");
            using var quarantine = new Statement(session.Handle, "UPDATE runs SET status = ?, busy = 0, error = ?, deaths = 0 WHERE no = ?");
            foreach (var (run, deaths, deathTurn) in left)
            {
                var turn = core.Runs.LastTurn(run.No);
                var found = deathTurn == turn ? deaths + 1 : 1;
                if (found >= core.Options.QuarantineAfter)
                {
                    quarantine.Add((long)RuntimeStatus.Suspended).AddJson(Quarantine(run.Id, found), Core.CoreJson.Default.RunError).Add(run.No).Run();
                    quarantined.Add(run.Id);
                    continue;
                }

                count.Add(found).Add(turn).Add(run.No).Run();
                if (found >= 3)
                {
                    suspects.Add(run.Id);
                }
            }

            return true;
        }).ConfigureAwait(false);
        left.RemoveAll(entry => quarantined.Contains(entry.Run.Id));
        quarantined.ForEach(LogQuarantined);
        await SetCleanAsync("0").ConfigureAwait(false);
        return suspects;
    }

    private RunError Quarantine(string runId, int deaths) => new(ErrorCodes.Quarantined,
        $"{deaths} processes died while {runId} was at the same place of its history. It is stopped so that others go on; everything is kept. " +
        "Find the cause in the host's logs, then resume the run.");

    private async Task TakeUpSuspectsAsync(HashSet<string> suspects)
    {
        foreach (var runId in suspects)
        {
            var before = core.Runs.Find(runId) is { } run ? core.Runs.LastTurn(run.No) : 0;
            TakeUp(runId);
            while (core.InMemory(runId) is { } actor && actor.Version / 2 <= before)
            {
                await core.Signals.NextChange(runId).WaitAsync(Poll, core.Clock, stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task WakeDueRunsAsync()
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

    private void TakeUp(string runId)
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

    private Task SetCleanAsync(string value) => core.Writer.WriteAsync(session =>
    {
        using var statement = new Statement(session.Handle, "INSERT OR REPLACE INTO meta (name, value) VALUES (?,?)");
        return statement.Add(CleanStop).Add(value).Run();
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} is quarantined: the process died too often at the same place of its history")]
    private partial void LogQuarantined(string runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} could not be taken up")]
    private partial void LogNotTakenUp(string runId, Exception failure);

    [LoggerMessage(EventId = 12, EventName = "clock_jump", Level = LogLevel.Warning, Message = "The system clock jumped by {Jump}; timers keep their absolute due times")]
    private partial void LogClockJump(TimeSpan jump);
}
