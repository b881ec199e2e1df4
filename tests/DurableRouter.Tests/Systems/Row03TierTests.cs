using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 3: a cheap model names the tier in one word; what it says is read leniently, and what is no tier takes the default.</summary>
public sealed class Row03TierTests
{
    const string Tiers = "{ byTask: { fast: fast, balanced: balanced, powerful: powerful, default: balanced } }";

    [Theory]
    [InlineData("powerful\n", "deep-1", false)]
    [InlineData("  \"Powerful.\" ", "deep-1", false)]
    [InlineData("fast", "swift-1", false)]
    [InlineData("""{"category":"powerful"}""", "deep-1", false)]
    [InlineData("""{"tier":"powerful"}""", "steady-1", true)]
    [InlineData("I would say that this is a powerful one", "steady-1", true)]
    [InlineData("\u0000\uD83D\uDE00[[[", "steady-1", true)]
    [InlineData("banana", "steady-1", true)]
    public async Task Tier_NamedOrGarbage_LeadsToAnAnswer(string said, string model, bool invalid)
    {
        var (run, calls) = await RunAsync(call => FakeReply.Answer(call, said));

        Assert.Equal("Completed", run.Status);
        Assert.Equal([model], run.Models("work"));
        var sort = Assert.Single(run.Attempts("sort"));
        Assert.Equal("ok", sort.GetProperty("outcome").GetString());
        Assert.Equal(invalid, sort.TryGetProperty("routerInvalid", out _));
        Assert.Equal(2, calls.Count);
    }

    [Fact]
    public async Task Tier_RepliesThatHoldNothing_TakeTheDefault()
    {
        var (empty, _) = await RunAsync(call => FakeReply.Answer(call, ""));
        Assert.Equal(["steady-1"], empty.Models("work"));

        var (cut, _) = await RunAsync(call => FakeReply.Events([.. FakeReply.Chunks("Well, let me", call.Model, finish: "length"), FakeReply.UsageChunk(call.Model), "[DONE]"]));
        Assert.Equal(["steady-1"], cut.Models("work"));
        Assert.Contains("routerInvalid", cut.Attempts("sort")[0].GetProperty("checks")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classification_GoesOutAtTemperatureZeroWithATinyLimit()
    {
        var (run, calls) = await RunAsync(call => FakeReply.Answer(call, "powerful"));

        var sort = calls[0].Request;
        Assert.Equal(0, sort.GetProperty("temperature").GetInt32());
        Assert.Equal(16, sort.GetProperty("max_completion_tokens").GetInt32());
        Assert.False(sort.TryGetProperty("response_format", out _));
        Assert.False(calls[1].Request.TryGetProperty("temperature", out _));

        // The result carries model, tier and cost of every step.
        Assert.Equal(["swift-1 fast", "deep-1 powerful"], run.Attempts().Select(a => $"{a.GetProperty("model").GetString()} {a.GetProperty("tier").GetString()}"));
        Assert.All(run.Attempts(), a => Assert.True(a.GetProperty("costUsd").GetDecimal() > 0));
        Assert.Equal(run.Attempts().Sum(a => a.GetProperty("costUsd").GetDecimal()), run.Ledger.GetProperty("totalUsd").GetDecimal());
    }

    [Theory]
    [InlineData("powerful\n")]
    [InlineData("banana")]
    public async Task Tier_DefaultBesideAFullAnswer_ReadsABareLabelToo(string said)
    {
        var (run, _) = await RunAsync(call => FakeReply.Answer(call, said), "    default: fast");

        Assert.Equal([said == "banana" ? "swift-1" : "deep-1"], run.Models("work"));
    }

    static async Task<(SystemRun Run, IReadOnlyList<FakeCall> Calls)> RunAsync(Func<FakeCall, FakeReply> sorted, string keys = "    answer: label\n    default: balanced")
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => SystemFiles.IsClassification(call) ? sorted(call) : SaneReplies.For(call));
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing(Tiers),
            SystemFiles.SortedWork(labels: "fast, balanced, powerful", sort: keys));
        var run = await host.RunAsync("work", new { text = "Please answer this letter." });
        return (run, endpoint.Calls);
    }
}
