using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 7: a policy table says route, guard and fallback for a situation. Three situations, three columns.</summary>
public sealed class Row07PolicyTableTests
{
    const string Table = """
            fallback: { direction: up, last: fail }
            latency: { target: 5s }
            policies:
              - name: long-and-risky
                steps: [work]
                when: { inputTokens: { above: 5000 }, risk: high }
                route: { tier: powerful, minReasoning: 4 }
                guard: strict
                fallback: { direction: sideways, last: human }
              - name: quick-and-harmless
                steps: [work]
                when: { latency: { below: 10s }, risk: none }
                route: { tier: fast, maxCostUsd: 0.01 }
                fallback: { direction: down, allowDowngrade: true, last: fail }
        """;

    static readonly string Long = "The parties agree. " + new string('x', 6_000);

    [Fact]
    public async Task LongAndHighRisk_Route_IsAModelOfDeepReasoning()
    {
        var (run, _) = await RunAsync("high", Long);

        Assert.Equal("policy long-and-risky, tier powerful", run.Rule("work"));
        Assert.Equal(["deep-1"], run.Models("work"));
    }

    [Fact]
    public async Task LongAndHighRisk_Guard_AllowsNoLowerTier()
    {
        var (run, _) = await RunAsync("high", Long);

        Assert.Equal(["deep-1", "deep-2"], run.Candidates("work"));
        Assert.Equal("tier balanced is below powerful, the least for policy long-and-risky", run.Rejection("work", "steady-1"));
    }

    [Fact]
    public async Task LongAndHighRisk_Fallback_IsAnotherProviderAndThenAPerson()
    {
        var (run, calls) = await RunAsync("high", Long, "deep-1", "deep-2");

        Assert.Equal(["swift-1", "deep-1", "deep-2"], calls);
        Assert.StartsWith("answer ", run.Run.GetProperty("customStatus").GetProperty("waitingFor").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FastAndLowRisk_Route_IsTheCheapestQuickModel()
    {
        var (run, _) = await RunAsync("", "Please answer.");

        Assert.Equal("policy quick-and-harmless, tier fast", run.Rule("work"));
        Assert.Equal(["swift-1"], run.Models("work"));
    }

    [Fact]
    public async Task FastAndLowRisk_Guard_IsACapOnWhatOneCallMayCost()
    {
        var (run, _) = await RunAsync("", new string('y', 60_000));

        Assert.Equal(["swift-1"], run.Candidates("work"));
        Assert.StartsWith("may cost 0.01", run.Rejection("work", "swift-2"), StringComparison.Ordinal);
        Assert.EndsWith("over the step's cap of 0.01 USD", run.Rejection("work", "swift-2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FastAndLowRisk_Fallback_StaysCheapAndEndsTheRun()
    {
        var (run, calls) = await RunAsync("", "Please answer.", "swift-1", "swift-2");

        Assert.Equal("Failed", run.Status);
        Assert.Equal(["swift-1", "swift-1", "swift-2"], calls);
    }

    [Fact]
    public async Task NoRowHolds_TheStepsOwnRouteStands()
    {
        var (run, _) = await RunAsync("high", "Please answer.");

        Assert.Equal("tier balanced", run.Rule("work"));
        Assert.Equal(["steady-1"], run.Models("work"));
    }

    [Theory]
    [InlineData("0.05", "tight")]
    [InlineData("5", "")]
    public async Task SpendCap_DecidesByWhatIsLeftOfTheBudget(string budgetUsd, string policy)
    {
        await using var endpoint = await SystemFiles.EndpointAsync();
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing("{ tier: powerful }", """
                fallback: { direction: up, last: fail }
                policies: [ { name: tight, when: { budgetLeft: { below: 0.10 } }, route: { tier: fast } } ]
            """), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = "Please answer." }, $$"""{"budgetUsd":{{budgetUsd}}}""");

        Assert.Equal(policy == "tight" ? "policy tight, tier fast" : "tier powerful", run.Rule("work"));
        Assert.Equal([policy == "tight" ? "swift-1" : "deep-1"], run.Models());
    }

    /// <param name="down">Models that answer this step with an error.</param>
    static async Task<(SystemRun Run, IReadOnlyList<string> Calls)> RunAsync(string risk, string text, params string[] down)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => SystemFiles.IsClassification(call)
            ? FakeReply.Answer(call, $$"""{"category":"letter","complexity":2,"risk":[{{(risk.Length == 0 ? "" : $"\"{risk}\"")}}],"confidence":0.9}""")
            : down.Contains(call.Model) ? FakeReply.Error(500, "broken") : SaneReplies.For(call));
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing("{ tier: balanced }", Table),
            SystemFiles.SortedWork());
        var run = await host.RunAsync("work", new { text });
        return (run, [.. endpoint.Calls.Select(c => c.Model)]);
    }
}
