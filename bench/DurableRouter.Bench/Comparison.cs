using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DurableRouter.Bench;

/// <summary>Runs both sides in turn, several rounds each, so that a slow spell of the machine hits both, and prints a table with ratios.</summary>
static class Comparison
{
    const int Rounds = 3;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-bench-").FullName;
        try
        {
            await Recording.MakeAsync(folder);
            var report = new StringBuilder();
            report.AppendLine("| model delay | runs at once | side | runs/s | p50 ms | p95 ms | p99 ms | CPU ms/run | peak MiB | disk bytes/run | runs/s, product / bare |");
            report.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
            Console.Error.WriteLine($"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors; {Rounds} rounds a case");
            foreach (var item in options.Cases)
            {
                var (product, bare, ratio) = await CaseAsync(item, options.Seconds, folder);
                Row(report, item, "product", product, ratio);
                Row(report, item, "bare + fsync", bare, null);
                Console.Error.WriteLine(FormattableString.Invariant($"{item.DelayMs} ms, {item.Concurrency} at once: product {product.RunsPerSecond:0}/s, bare {bare.RunsPerSecond:0}/s, ratio {ratio:0.00}"));
            }

            Console.Write(report);
            if (options.Out is { } file)
            {
                await File.WriteAllTextAsync(file, $"""
                    # Product beside a bare program

                    {DateTime.UtcNow:yyyy-MM-dd}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} processors.
                    Four-step runs of `document` against a canned model endpoint. Product: `serve` in its own process, started over HTTP with
                    `Prefer: wait`, every shipped check on, `synchronous=FULL`; outputs compared, calls counted. Bare: the same request bodies with
                    a bare HttpClient and one group-committed, flushed append per step. Sides in turn, {Rounds} rounds, the ratio is the median
                    of the rounds' ratios. Machine figures differ; compare ratios. Reproduce: `dotnet run -c Release --project bench/DurableRouter.Bench`.

                    {report}
                    """);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<(Measurement Product, Measurement Bare, double Ratio)> CaseAsync(BenchCase item, double seconds, string folder)
    {
        var self = typeof(Comparison).Assembly.Location;
        using var endpoint = ChildProcess.Start(self, "endpoint", Path.Combine(folder, "replies.json"), item.DelayMs.ToString(CultureInfo.InvariantCulture));
        var port = int.Parse(await endpoint.ReadLineAsync(), CultureInfo.InvariantCulture);
        var name = $"{item.DelayMs}-{item.Concurrency}";
        var config = Path.Combine(folder, $"config-{name}");
        Workload.WriteConfig(config, port);
        var data = Directory.CreateDirectory(Path.Combine(folder, $"data-{name}")).FullName;
        using var product = await Product.StartAsync(config, data);
        var bareFolder = Directory.CreateDirectory(Path.Combine(folder, $"bare-{name}")).FullName;
        using var bare = ChildProcess.Start(self, "bare", $"http://127.0.0.1:{port}/v1/chat/completions", Path.Combine(folder, "bodies.json"), bareFolder);

        var perRound = seconds / Rounds;
        await Load.RunAsync(item.Concurrency, seconds / 2, product.RunAsync);
        await BareRoundAsync(bare, item, seconds / 2);
        using var http = new HttpClient();
        var callsBefore = await CallsAsync(http, port);
        var products = new List<Measurement>();
        var bares = new List<Measurement>();
        for (var round = 0; round < Rounds; round++)
        {
            var (cpu, disk) = (product.CpuMs, product.DiskBytes);
            var (latencies, took) = await Load.RunAsync(item.Concurrency, perRound, product.RunAsync);
            latencies.Sort();
            products.Add(new Measurement(latencies.Count, took, Load.Percentile(latencies, .5), Load.Percentile(latencies, .95), Load.Percentile(latencies, .99),
                (product.CpuMs - cpu) / latencies.Count, product.PeakMiB, (product.DiskBytes - disk) / (double)latencies.Count));
            var (bareCpu, bareDisk) = (bare.CpuMs, Size(bareFolder));
            var measured = await BareRoundAsync(bare, item, perRound);
            bares.Add(measured with
            {
                CpuMsPerRun = (bare.CpuMs - bareCpu) / measured.Runs,
                PeakMiB = bare.PeakMiB,
                DiskBytesPerRun = (Size(bareFolder) - bareDisk) / (double)measured.Runs,
            });
        }

        var calls = await CallsAsync(http, port) - callsBefore;
        var expected = 4L * (products.Sum(m => m.Runs) + bares.Sum(m => m.Runs));
        if (calls != expected)
        {
            throw new InvalidOperationException($"{expected} calls were expected, the endpoint saw {calls}");
        }

        var ratios = products.Zip(bares, (p, b) => p.RunsPerSecond / b.RunsPerSecond).Order().ToList();
        return (Median(products), Median(bares), ratios[ratios.Count / 2]);
    }

    static async Task<Measurement> BareRoundAsync(ChildProcess bare, BenchCase item, double seconds)
    {
        var answer = JsonSerializer.Deserialize<double[]>(await bare.AskAsync(string.Create(CultureInfo.InvariantCulture, $"{item.Concurrency} {seconds}")))!;
        return new Measurement((int)answer[0], answer[1], answer[2], answer[3], answer[4], 0, 0, 0);
    }

    static async Task<long> CallsAsync(HttpClient http, int port) => long.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/calls"), CultureInfo.InvariantCulture);

    static long Size(string folder) => Directory.EnumerateFiles(folder).Sum(f => new FileInfo(f).Length);

    static Measurement Median(List<Measurement> rounds) => rounds.OrderBy(m => m.RunsPerSecond).ElementAt(rounds.Count / 2);

    static void Row(StringBuilder report, BenchCase item, string side, Measurement m, double? ratio) => report.AppendLine(string.Create(CultureInfo.InvariantCulture,
        $"| {item.DelayMs} ms | {item.Concurrency} | {side} | {m.RunsPerSecond:0} | {m.P50Ms:0.0} | {m.P95Ms:0.0} | {m.P99Ms:0.0} | {m.CpuMsPerRun:0.00} | {m.PeakMiB:0} | {m.DiskBytesPerRun:0} | {(ratio is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "")} |"));
}
