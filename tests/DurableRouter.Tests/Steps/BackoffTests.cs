using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Steps;

/// <summary>Fault 17: without word of how long to wait, pauses double up to a limit, each stretched by its own part of a half.</summary>
public class BackoffTests
{
    [Theory]
    [InlineData(FailureCodes.RateLimited)]
    [InlineData(FailureCodes.ConnectionFailed)]
    public async Task Pauses_DoubleUpToTheLimit_EachWithItsOwnJitter(string code)
    {
        var classify = await PausesAsync("classify", code);
        var extract = await PausesAsync("extract", code);

        foreach (var pauses in (double[][])[classify, extract])
        {
            Assert.InRange(pauses[0], 1, 1.5);
            Assert.InRange(pauses[1], 2, 3);
            Assert.InRange(pauses[2], 4, 5);
            Assert.Equal(5, pauses[3]);
        }

        // Runs that failed together don't come back together.
        Assert.Equal(4, classify.Take(2).Concat(extract.Take(2)).Select((p, i) => Math.Round(p / (1 + (i % 2)), 6)).Distinct().Count());
        Assert.Equal(classify, await PausesAsync("classify", code)); // the same on every replay
    }

    /// <returns>Seconds between a step's calls of its first model, which answers the fifth.</returns>
    static async Task<double[]> PausesAsync(string step, string code)
    {
        var pipeline = new TestPipeline();
        pipeline.Catalog = [.. pipeline.Catalog.Select(m => m with
        {
            Retries = new ModelRetries { Attempts = 5, FirstDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(5) },
        })];
        pipeline.Models.Then("small", step, [.. Enumerable.Repeat(ScriptedReply.Fails(code, retryable: true), 4)]);

        var host = await pipeline.Host().RunAsync();

        var calls = host.Ledger.Where(r => r.Step == step).ToList();
        Assert.Equal(["small failed", "small failed", "small failed", "small failed", "small ok"], calls.Select(r => $"{r.Model} {r.Outcome}".ToLowerInvariant()));
        return [.. calls.Zip(calls.Skip(1), (a, b) => (b.StartedAt - a.StartedAt).TotalSeconds)];
    }
}
