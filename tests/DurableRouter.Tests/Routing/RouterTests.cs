using DurableRouter.Core.Definitions;
using DurableRouter.Core.Routing;
using static DurableRouter.Tests.Routing.RoutingFixture;

namespace DurableRouter.Tests.Routing;

public sealed class RouterTests
{
    static readonly StepRoute Fast = new(Tier.Fast);
    static readonly StepRoute Balanced = new(Tier.Balanced);
    static readonly StepRoute ByComplexity = new(ByComplexity: [new(1, 2, Tier.Balanced), new(3, 5, Tier.Powerful)]);
    static readonly FallbackPolicy Sideways = new(FallbackDirection.Sideways);
    static readonly FallbackPolicy Down = new(FallbackDirection.Down, AllowDowngrade: true);
    static readonly Dictionary<string, RiskPolicy> StrictHigh = new() { ["high"] = new("strict", Tier.Powerful) };

    [Fact]
    public void Decide_Tier_TakesTheCheapestFirstAndFallsUp()
    {
        var decision = Decide(Family(Fast));

        Assert.Equal("tier fast", decision.Rule);
        Assert.Equal(["swift-1", "swift-2", "steady-1", "steady-2", "deep-1", "deep-2"], decision.Names());
        Assert.All(decision.Candidates, c => Assert.False(c.Degraded));
        Assert.Equal("first choice in tier fast, at most 0.0005 USD", decision.Candidates[0].Reason);
        Assert.Equal("fallback up to tier balanced, at most 0.005 USD", decision.Candidates[2].Reason);
    }

    [Fact]
    public void Decide_Sideways_StaysInTheTier()
    {
        var decision = Decide(Family(Balanced, Sideways));

        Assert.Equal(["steady-1", "steady-2"], decision.Names());
        Assert.Equal("tier powerful is not balanced: fallback stays in the tier", decision.Why("deep-1"));
    }

    [Fact]
    public void Decide_Down_MarksLowerTiersDegraded()
    {
        var decision = Decide(Family(Balanced, Down));

        Assert.Equal(["steady-1", "steady-2", "swift-1", "swift-2"], decision.Names());
        Assert.Equal([false, false, true, true], decision.Candidates.Select(c => c.Degraded));
        Assert.Equal("tier powerful is above balanced: fallback goes down", decision.Why("deep-1"));
    }

    [Fact]
    public void Decide_DownWithoutLeave_NeverDowngrades()
    {
        var decision = Decide(Family(Balanced, Down with { AllowDowngrade = false }));

        Assert.Equal(["steady-1", "steady-2"], decision.Names());
        Assert.Equal("tier fast is below balanced: no downgrade is allowed", decision.Why("swift-1"));
    }

    [Fact]
    public void Decide_OneProviderOnly_KeepsTheFirstChoices()
    {
        var decision = Decide(Family(Fast, new FallbackPolicy(CrossProvider: false)));

        Assert.Equal(["swift-1", "steady-1", "deep-1"], decision.Names());
        Assert.Equal("provider south: fallback stays with north", decision.Why("swift-2"));
    }

    [Theory]
    [InlineData(1, "complexity 1 -> balanced", "steady-1")]
    [InlineData(2, "complexity 2 -> balanced", "steady-1")]
    [InlineData(3, "complexity 3 -> powerful", "deep-1")]
    [InlineData(5, "complexity 5 -> powerful", "deep-1")]
    [InlineData(null, "complexity unknown -> powerful", "deep-1")]
    [InlineData(0, "complexity unknown -> powerful", "deep-1")]
    [InlineData(6, "complexity unknown -> powerful", "deep-1")]
    public void Decide_ByComplexity_TakesTheSafeSideWhenUnknown(int? complexity, string rule, string first)
    {
        var decision = Decide(Family(ByComplexity), Facts(complexity));

        Assert.Equal(rule, decision.Rule);
        Assert.Equal(first, decision.Candidates[0].Model);
    }

    [Fact]
    public void Decide_ExplicitModels_WinsOverTiersInItsOwnOrder()
    {
        var decision = Decide(Family(new StepRoute(Models: ["deep-2", "swift-1"])));

        Assert.Equal("explicit models", decision.Rule);
        Assert.Equal(["deep-2", "swift-1"], decision.Names());
        Assert.Equal([false, true], decision.Candidates.Select(c => c.Degraded));
        Assert.Equal("not among the explicit models", decision.Why("deep-1"));
    }

    [Fact]
    public void Decide_StrictRisk_RaisesTheTierAndIsALowerBound()
    {
        var decision = Decide(Family(Fast, Down, StrictHigh), Facts(risk: "high"));

        Assert.Equal("tier fast, risk high -> powerful", decision.Rule);
        Assert.Equal(["deep-1", "deep-2"], decision.Names());
        Assert.Equal("tier balanced is below powerful, the least for risk high", decision.Why("steady-1"));
    }

    [Theory]
    [InlineData(StepKind.Classify, "swift-1")]
    [InlineData(StepKind.Extract, "swift-1")]
    [InlineData(StepKind.Reason, "deep-1")]
    [InlineData(StepKind.Generate, "deep-1")]
    [InlineData(StepKind.Verify, "swift-1")]
    public void Decide_Risk_RaisesJudgementOnly(StepKind kind, string first) =>
        Assert.Equal(first, Decide(Family(Fast, risk: StrictHigh), Facts(risk: "high"), step: Step(kind)).Names().First());

    [Fact]
    public void Decide_StrictRisk_CutsAnExplicitChain() =>
        Assert.Equal(["deep-2"], Decide(Family(new StepRoute(Models: ["swift-1", "deep-2"]), risk: StrictHigh), Facts(risk: "high")).Names());

    [Fact]
    public void Decide_LooseRisk_RaisesTheFirstChoiceOnly()
    {
        var loose = new Dictionary<string, RiskPolicy> { ["high"] = new(null, Tier.Powerful) };

        Assert.Equal(["deep-1", "deep-2", "steady-1", "steady-2", "swift-1", "swift-2"], Decide(Family(Fast, Down, loose), Facts(risk: "high")).Names());
    }

    [Fact]
    public void Decide_UnknownRiskTag_ChangesNothing() =>
        Assert.Equal("tier fast", Decide(Family(Fast, risk: StrictHigh), Facts(risk: "odd")).Rule);

    [Fact]
    public void Decide_DifferentModelThan_ExcludesItAndPrefersAnotherProvider()
    {
        var decision = Decide(Family(new StepRoute(Tier.Powerful, DifferentModelThan: "reason")), Facts(reasoned: "deep-1"));

        Assert.Equal(["deep-2"], decision.Names());
        Assert.Equal("made the work that this step checks", decision.Why("deep-1"));

        var fast = Decide(Family(new StepRoute(Tier.Fast, DifferentModelThan: "reason"), Sideways), Facts(reasoned: "deep-1"));
        Assert.Equal(["swift-2", "swift-1"], fast.Names());
        Assert.Equal("first choice in tier fast, another provider than north, at most 0.001 USD", fast.Candidates[0].Reason);
    }

    [Theory]
    [InlineData("human:anna")]
    [InlineData(null)]
    public void Decide_DifferentModelThanAPersonOrNobody_ExcludesNothing(string? made) =>
        Assert.Equal(["swift-1", "swift-2"], Decide(Family(new StepRoute(Tier.Fast, DifferentModelThan: "reason"), Sideways), Facts(reasoned: made)).Names());

    [Fact]
    public void Decide_LongInput_NeverReachesASmallWindow()
    {
        var catalog = Catalog(Model("small", "north", Tier.Fast, 0.1m, context: 128_000), Model("large", "north", Tier.Fast, 1m, context: 1_000_000));

        var decision = Decide(Family(Fast), Facts(input: 300_000), catalog);

        Assert.Equal(["large"], decision.Names());
        Assert.Equal("context 128000 is below 301000 (300000 input + 1000 output)", decision.Why("small"));
    }

    [Theory]
    [InlineData(99_000, true)]
    [InlineData(99_001, false)]
    public void Decide_ContextLimit_CountsInputAndOutput(int input, bool fits) =>
        Assert.Equal(fits, Decide(Family(Fast), Facts(input: input)).Candidates.Count > 0);

    [Fact]
    public void Decide_OutputLimit_IsRejectedWithNumbers() =>
        Assert.Equal("output limit 8000 is below 8001", Decide(Family(Fast), Facts(output: 8_001)).Why("swift-1"));

    [Fact]
    public void Decide_HugeNumbers_DontOverflow() =>
        Assert.Empty(Decide(Family(Fast), Facts(input: int.MaxValue, output: 8_000)).Candidates);

    [Fact]
    public void Decide_MinReasoningAndResidency_AreHard()
    {
        var catalog = Catalog(Model("shallow", "local-a", Tier.Fast, reasoning: 1), Model("cloud", "north", Tier.Fast, reasoning: 5),
            Model("right", "local-a", Tier.Fast, reasoning: 4));

        var decision = Decide(Family(new StepRoute(Tier.Fast, MinReasoning: 4, Residency: "local")), catalog: catalog);

        Assert.Equal(["right"], decision.Names());
        Assert.Equal("provider north is not local", decision.Why("cloud"));
        Assert.Equal("reasoning 1 is below 4", decision.Why("shallow"));
    }

    [Fact]
    public void Decide_EqualPrice_GoesByLatencyThenCatalogOrder()
    {
        var catalog = Catalog(Model("a", "north", Tier.Fast, latency: "high"), Model("b", "north", Tier.Fast, latency: "low"),
            Model("c", "north", Tier.Fast, latency: "high"));

        Assert.Equal(["b", "a", "c"], Decide(Family(Fast), catalog: catalog).Names());
    }

    [Theory]
    [InlineData(9, "quick")]
    [InlineData(10, "slow")]
    public void Decide_ShortLatencyTarget_PutsSlowModelsBehind(int seconds, string first)
    {
        var catalog = Catalog(Model("slow", "north", Tier.Fast, 0.1m, latency: "high"), Model("quick", "north", Tier.Fast, 1m, latency: "low"));

        Assert.Equal(first, Decide(Family(Fast, latency: TimeSpan.FromSeconds(seconds)), catalog: catalog).Candidates[0].Model);
    }

    [Fact]
    public void Decide_CheapestOnly_GoesByPriceAboveTheFloor()
    {
        var decision = Decide(Family(new StepRoute(Tier.Powerful)), Facts(cheapest: true));
        Assert.Equal("tier powerful, cheapest first", decision.Rule);
        Assert.Equal(["swift-1", "swift-2", "steady-1", "steady-2", "deep-1", "deep-2"], decision.Names());
        Assert.Equal([true, true, true, true, false, false], decision.Candidates.Select(c => c.Degraded));

        Assert.Equal(["deep-1", "deep-2"], Decide(Family(Fast, risk: StrictHigh), Facts(cheapest: true, risk: "high")).Names());
        Assert.Equal(["swift-1", "deep-2"], Decide(Family(new StepRoute(Models: ["deep-2", "swift-1"])), Facts(cheapest: true)).Names());
    }

    [Fact]
    public void Decide_BudgetLeft_NotesButDoesNotReject()
    {
        var decision = Decide(Family(Fast), Facts(budgetLeft: 0.0007m));

        Assert.Equal("first choice in tier fast, at most 0.0005 USD", decision.Candidates[0].Reason);
        Assert.Equal("fallback within tier fast, at most 0.001 USD, over the 0.0007 USD left", decision.Candidates[1].Reason);
    }

    [Fact]
    public void Decide_SimulatedAndRealModels_NeverShareAChain()
    {
        var catalog = Catalog(Model("sim", "north", Tier.Fast, 0.1m), Model("real", "cloud", Tier.Fast, 0.2m, simulated: false));

        var decision = Decide(Family(Fast), catalog: catalog);

        Assert.Equal(["sim"], decision.Names());
        Assert.Equal("real, and the first choice sim is simulated", decision.Why("real"));
    }

    [Fact]
    public void Decide_UndeclaredRoute_HasNoCandidateAndSaysSo()
    {
        var decision = Decide(Family(Fast), Facts(route: "nowhere"));

        Assert.Equal("route nowhere is not declared", decision.Rule);
        Assert.Empty(decision.Candidates);
        Assert.Equal("route nowhere is not declared; declared: family", decision.Why("swift-1"));
    }

    [Fact]
    public void Decide_RequestedRoute_CanNotShedTheFamilysConstraints()
    {
        var own = Family(new StepRoute(Tier.Powerful, DifferentModelThan: "reason", MinReasoning: 3), risk: StrictHigh);
        var thrifty = Family(Fast, Sideways, name: "thrifty");
        var step = Step();
        var definition = Compile(SixModels, step, own, thrifty);

        Assert.Equal("route thrifty: tier fast", Router.Decide(step, definition, Facts(route: "thrifty")).Rule);
        Assert.Equal(["swift-2"], Router.Decide(step, definition, Facts(route: "thrifty", reasoned: "swift-1")).Names());
        Assert.Equal(["deep-1", "deep-2"], Router.Decide(step, definition, Facts(route: "thrifty", risk: "high")).Names());
    }

    [Theory]
    [InlineData(StepKind.Classify, "tier fast")]
    [InlineData(StepKind.Extract, "tier fast")]
    [InlineData(StepKind.Reason, "complexity 4 -> powerful")]
    [InlineData(StepKind.Generate, "tier balanced")]
    [InlineData(StepKind.Verify, "tier fast")]
    public void Decide_NoRouteDeclared_FollowsTheKind(StepKind kind, string rule) =>
        Assert.Equal(rule, Decide(Family(), Facts(4), step: Step(kind)).Rule);

    [Fact]
    public void Decide_RouteOfThePipeline_WinsOverTheFamilys() =>
        Assert.Equal("tier powerful", Decide(Family(Fast), step: Step(route: new StepRoute(Tier.Powerful))).Rule);
}
