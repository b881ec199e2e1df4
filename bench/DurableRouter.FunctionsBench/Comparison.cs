using System.Globalization;
using DurableRouter.Bench;

namespace DurableRouter.FunctionsBench;

/// <summary>Runs both apps in turn, several rounds each, so that a slow spell of the machine hits both, and prints tables with ratios.</summary>
static class Comparison
{
    const int CallsPerRun = 4;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        using var endpoint = ChildProcess.Start(typeof(Comparison).Assembly.Location, "endpoint", Side.Workload("replies.json"), "0");
        var address = $"http://127.0.0.1:{await endpoint.ReadLineAsync()}/";
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        var folder = Directory.CreateTempSubdirectory("durable-router-functions-bench-").FullName;
        try
        {
            var rounds = options.Sides.ToDictionary(side => side, _ => new List<Round>());
            for (var i = 1; i <= options.Rounds; i++)
            {
                foreach (var side in options.Sides)
                {
                    var calls = await CallsAsync(http);
                    rounds[side].Add(await Rounds.MeasureAsync(side, options, address + "v1/", folder, async runs =>
                    {
                        var (before, now) = (calls, await CallsAsync(http));
                        calls = now;
                        if (now - before != runs * CallsPerRun)
                        {
                            throw new InvalidOperationException($"{runs} runs of {side.Title} should make {runs * CallsPerRun} calls, the endpoint saw {now - before}.");
                        }
                    }));
                    Console.Error.WriteLine(Report.Line(i, side, rounds[side][^1]));
                }
            }

            var report = Report.Write(options, [.. options.Sides.Select(side => (side, (IReadOnlyList<Round>)rounds[side]))]);
            Console.Write(report);
            if (options.Out is { } file)
            {
                await File.WriteAllTextAsync(file, report);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<long> CallsAsync(HttpClient http) => long.Parse(await http.GetStringAsync("/calls"), CultureInfo.InvariantCulture);
}
