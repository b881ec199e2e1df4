using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Routing;
using DurableRouter.Tests.Local;
using DurableRouter.Tests.Routing;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 12: when not to route. Under 1,000 calls a day of one task, one model is simpler, and the figures say what that costs.</summary>
public sealed class Row12AdviceTests
{
    static readonly ModelEntry Strong = RoutingFixture.Model("strong", "north", Tier.Powerful, 3);

    [Theory]
    [InlineData(6_999, false)]
    [InlineData(7_000, true)]
    public void Advice_ByCallsADay_SaysSingleModelBelowAThousand(long calls, bool route)
    {
        var advice = RoutingAdvice.For(Calls(calls, costUsd: 1), days: 7, Strong);

        Assert.Equal(route, advice.Route);
        Assert.Equal(route ? "route" : "single model: strong", advice.Verdict);
        Assert.Equal(Math.Round(calls / 7m, 1), Math.Round(advice.CallsPerDay, 1));
    }

    [Fact]
    public void Advice_WhereRoutingSavesNothing_SaysSingleModelAtAnyVolume() =>
        Assert.False(RoutingAdvice.For(Calls(100_000, costUsd: 1_000), days: 1, Strong).Route);

    [Fact]
    public void Advice_Figures_AreTokensTimesPrices()
    {
        var advice = RoutingAdvice.For(Calls(10, costUsd: 0.7m), days: 7, Strong);

        // 10 calls of 1,000 input, 400 cached, 100 output and 50 reasoning tokens at 3, 0.75 and 12 dollars a million.
        Assert.Equal((10_000 * 3m + 4_000 * 0.75m + 1_500 * 12m) / 1_000_000m / 7, advice.SingleUsdPerDay);
        Assert.Equal(0.1m, advice.RoutedUsdPerDay);
    }

    [Fact]
    public async Task Advise_OnTheCommandLine_SaysSingleModelWithTheFigures()
    {
        using var cli = new Cli();
        await cli.RunAsync("run", "--input", Cli.Sample("letter.txt"), "--json");

        var advised = await cli.RunAsync("advise");
        Assert.Equal(0, advised.ExitCode);
        Assert.Contains("document: single model: sim-deep-1", advised.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n  \d calls a day \(\d in [12] days?\), under 1,000\n", advised.Out.ReplaceLineEndings("\n"));
        Assert.Contains("simulated", advised.Out, StringComparison.Ordinal);

        var json = (await cli.RunAsync("advise", "--json", "--days", "1")).Json.GetProperty("value")[0];
        Assert.Equal("document", json.GetProperty("pipeline").GetString());
        Assert.False(json.GetProperty("route").GetBoolean());
        Assert.True(json.GetProperty("callsPerDay").GetDecimal() >= 4);
        Assert.True(json.GetProperty("singleUsdPerDay").GetDecimal() > json.GetProperty("routedUsdPerDay").GetDecimal());
    }

    static CostGroup Calls(long calls, decimal costUsd) => new("document", calls, calls, 0, 0, calls * 1_000, calls * 400, calls * 100, calls * 50, costUsd);
}
