using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Systems;

/// <summary>A weak answer of a lower tier sends the step a tier higher, and that is recorded.</summary>
public sealed class Row15MisrouteTests
{
    static readonly string Models = string.Join('\n', ChainHost.Model("cheap"), ChainHost.Model("similar"), ChainHost.Model("strong", "balanced"));

    [Fact]
    public async Task DoubtfulAnswer_TwoAttempts_OneMisroute_AndTheStatisticsShowIt()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call =>
            FakeReply.Answer(call, call.Model == "strong" ? """{"answer":"late","confidence":0.9}""" : """{"answer":"late?","confidence":0.2}"""));
        await using var host = await ChainHost.StartAsync(endpoint.Address, Models, ChainHost.Routing(ChainHost.Family("{ tier: fast }", "{ direction: up, last: fail }")),
            checks: "[schema, { confidence: { of: confidence, atLeast: 0.5 } }]");

        var id = await host.FinishAsync("work");

        var attempts = await host.AttemptsAsync(id);
        Assert.Equal(["cheap", "strong"], attempts.Select(a => a.GetProperty("model").GetString()));
        Assert.False(attempts[0].TryGetProperty("misroute", out _));
        Assert.Equal("cheap (fast) failed confidence", attempts[1].GetProperty("misroute").GetString());
        var stats = (await host.GetAsync("/api/stats/routing")).Json;
        var row = Assert.Single(stats.GetProperty("value").EnumerateArray());
        Assert.Equal(("work", "answer", "tier fast", 1, 0, 1, 1), (row.GetProperty("pipeline").GetString(), row.GetProperty("step").GetString(), row.GetProperty("rule").GetString(),
            row.GetProperty("decisions").GetInt32(), row.GetProperty("firstChoice").GetInt32(), row.GetProperty("fallbacks").GetInt32(), row.GetProperty("misroutes").GetInt32()));
    }

    [Fact]
    public async Task DoubtfulAnswer_InAnExplicitChain_GoesToTheNextInItsOrder()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call =>
            FakeReply.Answer(call, call.Model == "strong" ? """{"answer":"late","confidence":0.9}""" : """{"answer":"late?","confidence":0.2}"""));
        await using var host = await ChainHost.StartAsync(endpoint.Address, Models,
            ChainHost.Routing(ChainHost.Family("{ models: [cheap, similar, strong] }", "{ last: fail }")),
            checks: "[schema, { confidence: { of: confidence, atLeast: 0.5 } }]");

        await host.FinishAsync("work");

        Assert.Equal(["cheap", "similar", "strong"], endpoint.Calls.Select(c => c.Model));
    }
}
