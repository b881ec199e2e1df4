using System.Collections.Concurrent;
using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>2,000 runs against an endpoint that serves 5% of each fault that FAULTS.md numbers 16 to 29.</summary>
public sealed class ChaosTests
{
    const int Runs = 2000;

    /// <summary>What a call that met the fault means for its run: the answer stands, or the chain goes on, or the filter ends it.</summary>
    static readonly Dictionary<ChaosFault, string> Table = new()
    {
        [ChaosFault.RateLimitedWithWait] = "next",
        [ChaosFault.RateLimited] = "next",
        [ChaosFault.ServerError] = "next",
        [ChaosFault.Hang] = "next",
        [ChaosFault.Drip] = "next",
        [ChaosFault.Truncated] = "next",
        [ChaosFault.BadAnswer] = "next",
        [ChaosFault.NoAnswer] = "next",
        [ChaosFault.TooLarge] = "next",
        [ChaosFault.Filtered] = "filter",
        [ChaosFault.ContextTooLong] = "next",
        [ChaosFault.WrongEcho] = "stands",
        [ChaosFault.WrongUsage] = "stands",
        [ChaosFault.Redirect] = "next",
        [ChaosFault.None] = "stands",
    };

    // The healthy model stands last in two families; the other two have none.
    static readonly string[] Pipelines = ["rescued", "strict", "doomed", "safe"];
    readonly ConcurrentDictionary<string, ChaosCall> _served = new();

    [Fact]
    public async Task Chaos_EveryFaultAtOnce_EndsEveryRunAsTheTableSays_AndBooksEveryCall()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call =>
        {
            var (served, reply) = ChaosEndpoint.Serve(call);
            Assert.True(_served.TryAdd(served.Key, served), $"{served.Key} was sent twice");
            return reply;
        });
        const string impatient = "timeouts: { firstByte: 1s, idle: 1s, total: 2s }, retries: { attempts: 2, firstDelay: 20ms, maxDelay: 100ms, retryAfterCap: 200ms }, circuit: { probeAfter: 50ms }";
        await using var host = await ChainHost.StartAsync(endpoint.Address,
            string.Join('\n', ChainHost.Model("chaos-1", more: impatient), ChainHost.Model("chaos-2", more: impatient + ", stream: false"), ChainHost.Model("well", more: "timeouts: { firstByte: 10m, idle: 10m, total: 10m }, retries: { attempts: 1 }")),
            ChainHost.Routing(
                ChainHost.Family("{ models: [chaos-1, chaos-2, well] }", "{ last: fail, onContentFilter: true }", "rescued"),
                ChainHost.Family("{ models: [chaos-1, chaos-2, well] }", "{ last: fail }", "strict"),
                ChainHost.Family("{ models: [chaos-1, chaos-2] }", "{ last: fail, onContentFilter: true }", "doomed"),
                ChainHost.Family("{ models: [chaos-1, chaos-2] }", "{ last: safe, onContentFilter: true }", "safe"),
                ChainHost.Family("{ tier: fast }", "{ last: fail }")),
            concurrency: 128, pipelines: Pipelines);

        var runs = new ConcurrentBag<Ended>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Runs), new ParallelOptions { MaxDegreeOfParallelism = 96 }, async (n, _) =>
        {
            var pipeline = n % 20 < 14 ? "rescued" : Pipelines[1 + (n % 3)];
            runs.Add(await EndAsync(host, pipeline, n));
        });

        AssertEnds(runs);
        AssertBooks([.. runs.SelectMany(r => r.Attempts)]);

        // How many calls meet a fault depends on how long the circuits stay open, and so on the machine's speed.
        Assert.All(Enum.GetValues<ChaosFault>(), fault => Assert.True(_served.Values.Count(c => c.Fault == fault) >= 10, $"{fault} was served too seldom"));
    }

    static async Task<Ended> EndAsync(ChainHost host, string pipeline, int number)
    {
        var id = await host.StartAsync(pipeline, $"Letter {number} is about a delivery that came too late.", ("Prefer", "wait=60"));
        var run = await host.RestAsync(id);
        return new Ended(pipeline, run, await host.AttemptsAsync(id));
    }

    void AssertEnds(IReadOnlyCollection<Ended> runs)
    {
        foreach (var run in runs)
        {
            // Skips made no call: the last call decides, if there was one.
            var last = run.Attempts.LastOrDefault(a => Text(a, "outcome") != "skipped" && Text(a, "provider") != "human");
            var decided = last.ValueKind == JsonValueKind.Undefined ? "next" : Verdict(last);
            var expected = run.Pipeline switch
            {
                "rescued" => ("Completed", "ok"),
                "strict" => decided == "filter" ? ("Failed", "chain_exhausted") : ("Completed", "ok"),
                "doomed" => decided == "stands" ? ("Completed", "ok") : ("Failed", "chain_exhausted"),
                _ => decided == "stands" ? ("Completed", "ok") : ("Completed", "safe"),
            };
            var actual = (run.Status, run.Status == "Failed" ? run.Run.GetProperty("error").GetProperty("code").GetString() : run.IsSafe ? "safe" : "ok");
            Assert.True(expected == actual, $"{run.Pipeline}: expected {expected}, was {actual}: {run.Run}\n{string.Join('\n', run.Attempts)}");
        }

        var rescuable = runs.Where(r => r.Pipeline is "rescued" or "strict").ToList();
        Assert.True(rescuable.Count(r => r.Status == "Completed") >= 0.95 * rescuable.Count);
    }

    /// <summary>What the table says of the call's fault. A sane reply that a busy machine took too long to read counts as a hang.</summary>
    string Verdict(JsonElement attempt) => Text(attempt, "failureCode")?.EndsWith("_timeout", StringComparison.Ordinal) == true
        ? "next" : Table[_served[Text(attempt, "key")!].Fault];

    void AssertBooks(IReadOnlyList<JsonElement> attempts)
    {
        var called = attempts.Where(a => Text(a, "outcome") != "skipped").ToDictionary(a => Text(a, "key")!);
        Assert.Empty(_served.Keys.Except(called.Keys));

        // On a busy machine a deadline may pass before the endpoint has heard of the call; the row tells.
        Assert.All(called.Where(a => !_served.ContainsKey(a.Key)), a => Assert.EndsWith("_timeout", Text(a.Value, "failureCode"), StringComparison.Ordinal));
        Assert.All(attempts.Where(a => Text(a, "outcome") == "skipped"), a => Assert.Equal(0, a.GetProperty("costUsd").GetDecimal()));
        foreach (var (key, served) in _served)
        {
            var attempt = called[key];
            var invoice = (served.Usage.Input + (4m * served.Usage.Output)) / 1_000_000m;
            var cost = attempt.GetProperty("costUsd").GetDecimal();
            var read = Text(attempt, "failureCode")?.EndsWith("_timeout", StringComparison.Ordinal) != true;
            Assert.True(served.ToldUsage && read ? cost == invoice : cost >= invoice, $"{served}: invoiced {invoice}, booked {attempt}");
        }
    }

    static string? Text(JsonElement attempt, string name) => attempt.TryGetProperty(name, out var value) ? value.GetString() : null;

    sealed record Ended(string Pipeline, JsonElement Run, IReadOnlyList<JsonElement> Attempts)
    {
        public string Status => Run.GetProperty("runtimeStatus").GetString()!;

        public bool IsSafe => Run.GetProperty("output").GetRawText().Contains("We will come back to you.", StringComparison.Ordinal);
    }
}
