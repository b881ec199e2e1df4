using DurableRouter.Core.Errors;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Engine;

/// <content>The invariant that every open run has something that will wake it. Each turn keeps it; this finds what broke it all the same.</content>
sealed partial class StartUpSweep
{
    const int LookedAtAtOnce = 64;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    async Task KeepAwakeAsync(Task suspectsTaken)
    {
        await LookAtRunsWithoutWorkAsync().ConfigureAwait(false);
        await suspectsTaken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // until then runs are absent on purpose
        var absent = new Dictionary<string, int>();
        using var timer = new PeriodicTimer(Poll, core.Clock);
        while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
        {
            try
            {
                absent = await TakeUpLostAsync(absent).ConfigureAwait(false);
            }
            catch (DurableRouterException e)
            {
                LogLostNotTakenUp(e);
            }
        }
    }

    /// <summary>Waiting for an event that has no deadline is legitimate: the replay tells it from waiting for nothing. After a large outage many
    /// runs wait for a person, so they come to memory some at a time.</summary>
    async Task LookAtRunsWithoutWorkAsync()
    {
        foreach (var some in core.Runs.WithoutWork().Chunk(LookedAtAtOnce))
        {
            Array.ForEach(some, TakeUp);
            for (var looks = 0; looks < 100 && some.Any(id => core.InMemory(id) is not null); looks++)
            {
                await Task.Delay(Look, TimeProvider.System, stop.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes up runs that owe work and that an error of the engine or its store has thrown out of memory. A run that is found lost
    /// at the same place again and again is quarantined, as one that kills its process.</summary>
    /// <param name="before">The runs that were absent at the last look, and where their histories stood: one that is just leaving isn't lost.</param>
    /// <returns>The same of this look.</returns>
    async Task<Dictionary<string, int>> TakeUpLostAsync(Dictionary<string, int> before)
    {
        var absent = core.Runs.BusyIds().Where(id => core.InMemory(id) is null).ToHashSet();
        if (absent.Count == 0)
        {
            return [];
        }

        var left = core.Runs.Busy().FindAll(entry => absent.Contains(entry.Run.Id))
            .ConvertAll(entry => Left.Of(entry, core.Runs.LastTurn(entry.Run.No), cleanStop: false));
        var (lost, leaving) = Split(left, run => before.TryGetValue(run.Id, out var turn) && turn == run.Turn && core.InMemory(run.Id) is null);
        var (quarantined, others) = Split(lost, run => run.Deaths >= core.Options.QuarantineAfter);
        lost.ForEach(run => core.Stuck(run.Id));
        await Task.WhenAll(QuarantineAsync(quarantined), CountAsync(others)).WaitAsync(stop.Token).ConfigureAwait(false);
        others.ForEach(run => TakeUp(run.Id));
        return leaving.ToDictionary(run => run.Id, run => run.Turn);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Runs that nothing would wake could not be taken up")]
    partial void LogLostNotTakenUp(Exception failure);
}
