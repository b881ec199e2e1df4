using System.Runtime.InteropServices;
using System.Text;

namespace DurableRouter.FunctionsBench;

/// <summary>Markdown. Numbers are in the invariant culture, which is the only one that this program has.</summary>
static class Report
{
    public static string Line(int number, Side side, Round round) =>
        $"round {number}, {side.Title}: {round.Quick.Requests.Requests():0.0} requests, {round.Quick.MedianRunMs:0} / {round.Slow.MedianRunMs:0} ms, "
        + $"{round.Quick.BurstPerSecond:0.0} / {round.Slow.BurstPerSecond:0.0} runs/s, worker {round.Quick.WorkerMs:0.0} / {round.Slow.WorkerMs:0.0} ms, "
        + $"{round.Quick.Kept.Values.Sum():0} bytes";

    public static string Write(BenchOptions options, IReadOnlyList<(Side Side, IReadOnlyList<Round> Rounds)> sides)
    {
        var text = new StringBuilder($"""
            # DurableRouter beside a plain Durable Functions app

            {DateTime.UtcNow:yyyy-MM-dd}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} processors.
            Four calls a run (classify, extract, reason, verify), answered at once by one endpoint. Both apps are published, run on the same small Functions host
            and the Azure Storage backend, each round on a fresh in-memory Azurite behind a proxy that counts; {options.Rounds} rounds in turn, each of {options.Runs} runs one after
            the other and {options.Burst} at once, with storage as quick as it is and with {Rounds.SlowDelay.TotalMilliseconds} ms added to each request. Times are medians of all runs; ratios are medians of the
            rounds' ratios. A run ends when the task hub says so. The machine had other work: compare ratios; counts, bytes and processor time depend on it little.
            Reproduce: `dotnet run -c Release --project bench/DurableRouter.FunctionsBench`.


            """);
        Row("per run", [.. sides.Select(s => s.Side.Title), "ratio"]);
        Row("---", [.. sides.Select(_ => "---"), "---"]);
        Figure("storage requests, without empty polls and what an idle host asks for", "0.0", r => r.Quick.Requests.Requests());
        Figure("... of the app's own tables and blobs", "0.0", r => r.Quick.Requests.Requests(k => k.Owner == Owner.App));
        Figure("... of the task hub", "0.0", r => r.Quick.Requests.Requests(k => k.Owner == Owner.Hub));
        Figure("storage operations, batches' one by one", "0.0", r => r.Quick.Requests.Operations);
        Figure("time of one run, ms", "0", r => r.Quick.MedianRunMs);
        Figure("time of one run, 5 ms a request, ms", "0", r => r.Slow.MedianRunMs);
        Figure("start answered, ms", "0", r => r.Quick.MedianStartMs);
        Figure("start answered, 5 ms a request, ms", "0", r => r.Slow.MedianStartMs);
        Figure($"{options.Burst} at once, runs/s", "0.0", r => r.Quick.BurstPerSecond);
        Figure($"{options.Burst} at once, 5 ms a request, runs/s", "0.0", r => r.Slow.BurstPerSecond);
        Figure("hub history, bytes", "0", r => r.Quick.Kept.GetValueOrDefault("hub History"));
        Figure("all that is kept, bytes", "0", r => r.Quick.Kept.Values.Sum());
        Figure("worker's processor time in the burst, ms", "0.0", r => r.Quick.WorkerMs);
        Figure("worker's processor time in the burst, 5 ms a request, ms", "0.0", r => r.Slow.WorkerMs);
        Figure("storage, US dollars per million runs, a batch as one operation", "0.0", r => Prices.PerMillionRuns(r.Quick.Requests, batchesAsOne: true));
        Figure("... each of its parts as one", "0.0", r => Prices.PerMillionRuns(r.Quick.Requests, batchesAsOne: false));
        text.Append($"\nPrices: {Prices.Source}.\nBytes: the Table service's documented formula for an entity's size, without its time stamp; blobs by length.\n");

        foreach (var (side, rounds) in sides)
        {
            text.Append($"\n## {side.Title}: storage requests of a run\n\n| whose | service | what | where | requests | operations |\n|---|---|---|---|---|---|\n");
            foreach (var (kind, count) in Tally.Mean([.. rounds.Select(r => r.Quick.Requests)]).Kinds.Where(pair => pair.Value.Requests >= 0.05)
                .OrderBy(pair => pair.Key.Owner).ThenBy(pair => pair.Key.Service).ThenBy(pair => pair.Key.Resource).ThenBy(pair => pair.Key.Operation))
            {
                text.Append($"| {kind.Owner} | {kind.Service} | {kind.Operation} | {kind.Resource} | {count.Requests:0.0} | {count.Operations:0.0} |\n");
            }

            text.Append($"\n## {side.Title}: bytes kept of a run\n\n| where | bytes |\n|---|---|\n");
            foreach (var (where, bytes) in rounds[0].Quick.Kept.Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value))
            {
                text.Append($"| {where} | {bytes:0} |\n");
            }
        }

        return text.ToString();

        void Figure(string name, string format, Func<Round, double> figure)
        {
            var columns = sides.Select(s => Median(s.Rounds.Select(figure)).ToString(format)).ToList();
            columns.Add(sides.Count < 2 ? "" : Median(sides[0].Rounds.Zip(sides[1].Rounds, (plain, router) => figure(router) / figure(plain))).ToString("0.00"));
            Row(name, columns);
        }

        void Row(string name, IEnumerable<string> columns) => text.Append($"| {name} | {string.Join(" | ", columns)} |\n");
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
