using System.Diagnostics;

namespace DurableRouter.FunctionsBench;

/// <summary>Measures one app once: a fresh emulator, task hub and process, warmed up.</summary>
static class Rounds
{
    public static readonly TimeSpan SlowDelay = TimeSpan.FromMilliseconds(5);

    static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(20);

    // What follows a run, such as deleting its last message, belongs to it.
    static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    /// <param name="checkCalls">Throws unless so many calls came to the models since it was asked last.</param>
    public static async Task<Round> MeasureAsync(Side side, BenchOptions options, string endpoint, string folder, Func<int, Task> checkCalls)
    {
        await using var app = await RunningApp.StartAsync(side, endpoint, folder);
        try
        {
            return await MeasureAsync(app, options, checkCalls);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\nThe last that {side.Title} and its host said:\n{app.Log}", e);
        }
    }

    static async Task<Round> MeasureAsync(RunningApp app, BenchOptions options, Func<int, Task> checkCalls)
    {
        await BurstAsync(app, options.Burst);
        await BurstAsync(app, options.Burst);
        await OneByOneAsync(app, 3);
        await Task.Delay(Settle);
        var (before, since) = (app.Storage.Tally.Copy(), Stopwatch.StartNew());
        await Task.Delay(IdleFor);
        var idle = app.Storage.Tally.Since(before, null, 0, since.Elapsed.TotalSeconds);
        await checkCalls((2 * options.Burst) + 3);
        var quick = await MeasureAsync(app, options, idle);
        app.Storage.Delay = SlowDelay;
        var slow = await MeasureAsync(app, options, idle);
        await checkCalls(2 * (options.Runs + options.Burst));
        return new(quick, slow);
    }

    static async Task<Measured> MeasureAsync(RunningApp app, BenchOptions options, Tally idle)
    {
        var (kept, before, watch) = (await app.Kept.MeasureAsync(), app.Storage.Tally.Copy(), Stopwatch.StartNew());
        var (runs, starts) = await OneByOneAsync(app, options.Runs);
        await Task.Delay(Settle);
        var requests = app.Storage.Tally.Since(before, idle, watch.Elapsed.TotalSeconds, options.Runs);
        var more = (await app.Kept.MeasureAsync()).ToDictionary(pair => pair.Key, pair => (pair.Value - kept.GetValueOrDefault(pair.Key)) / options.Runs);

        var worker = app.WorkerTime;
        var took = await BurstAsync(app, options.Burst);
        await Task.Delay(Settle);
        return new(requests, more, runs, starts, options.Burst / took.TotalSeconds, (app.WorkerTime - worker).TotalMilliseconds / options.Burst);
    }

    static async Task<(List<double> RunMs, List<double> StartMs)> OneByOneAsync(RunningApp app, int runs)
    {
        var (runMs, startMs) = (new List<double>(), new List<double>());
        for (var i = 0; i < runs; i++)
        {
            var watch = Stopwatch.StartNew();
            var run = await app.Side.StartAsync(app.Http);
            startMs.Add(watch.Elapsed.TotalMilliseconds);
            await app.Instances.EndedAsync(run);
            runMs.Add(watch.Elapsed.TotalMilliseconds);
        }

        runMs.Sort();
        startMs.Sort();
        return (runMs, startMs);
    }

    /// <returns>From the first start to the last end.</returns>
    static async Task<TimeSpan> BurstAsync(RunningApp app, int runs)
    {
        var watch = Stopwatch.StartNew();
        var started = await Task.WhenAll(Enumerable.Range(0, runs).Select(_ => app.Side.StartAsync(app.Http)));
        await app.Instances.EndedAsync(started);
        return watch.Elapsed;
    }
}
