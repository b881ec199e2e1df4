using System.Diagnostics;

namespace DurableRouter.Bench;

/// <summary>Closed-loop load: so many workers, each starting the next run when its last one ended.</summary>
static class Load
{
    /// <returns>The latency of each finished run in milliseconds, and the time from the first start to the last end.</returns>
    public static async Task<(List<double> LatenciesMs, double Seconds)> RunAsync(int concurrency, double seconds, Func<Task> run)
    {
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            var mine = new List<double>();
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                var start = Stopwatch.GetTimestamp();
                await run();
                mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return mine;
        })));
        return ([.. all.SelectMany(l => l)], watch.Elapsed.TotalSeconds);
    }

    public static double Percentile(List<double> sorted, double p) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * p))];
}
