using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Values;
using FsCheck;
using FsCheck.Fluent;
using static DurableRouter.Tests.Routing.RoutingFixture;

namespace DurableRouter.Tests.Routing;

/// <summary>What must hold for every catalog, policy and fact, sensible or not.</summary>
public sealed class RouterPropertyTests
{
    static readonly string[] Tags = ["high", "odd", "unknown"];

    sealed record Situation(ModelCatalog Catalog, StepDefinition Step, FamilyPolicy Own, FamilyPolicy Other, RouteFacts Facts)
    {
        public CompiledDefinition Compile() => RoutingFixture.Compile(Catalog, Step, Own, Other);

        public override string ToString() =>
            $"{JsonSerializer.Serialize(Compile().Definition, CoreJson.Default.RunDefinition)} {Facts} risk {string.Join(',', Facts.Risk)}";
    }

    [Fact]
    public void Decide_AnySituation_AccountsForEveryModelOnce() => ForAll((_, definition, decision) =>
        decision.Candidates.Select(c => c.Model).Concat(decision.Rejected.Select(r => r.Model)).Order()
            .SequenceEqual(definition.Models.Select(m => m.Name).Order()));

    [Fact]
    public void Decide_AnySituation_IsPure() => ForAll((situation, _, decision) =>
        Json(decision) == Json(Router.Decide(situation.Step, situation.Compile(), situation.Facts)));

    /// <summary>Neither the order in which tables were filled nor the caller's culture decides anything.</summary>
    [Fact]
    public void Decide_AnySituation_DependsOnFactsAlone() => ForAll((situation, _, decision) =>
    {
        var turned = situation with
        {
            Own = Turned(situation.Own),
            Other = Turned(situation.Other),
            Facts = situation.Facts with { UsedModels = Turned(situation.Facts.UsedModels), Scores = situation.Facts.Scores is { } scores ? Turned(scores) : null },
        };
        var culture = CultureInfo.CurrentCulture;
        var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (odd.NumberFormat.NumberDecimalSeparator, odd.NumberFormat.NegativeSign) = ("٫", "minus ");
        CultureInfo.CurrentCulture = odd;
        try
        {
            return Json(decision) == Json(Router.Decide(turned.Step, turned.Compile(), turned.Facts));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    });

    [Fact]
    public void Decide_AnySituation_KeepsEveryHardConstraint() => ForAll((situation, definition, decision) => decision.Candidates.All(candidate =>
    {
        var model = definition.FindModel(candidate.Model)!;
        var facts = situation.Facts;
        var own = StepRoutes.Resolve(situation.Step, situation.Own);
        var route = facts.RequestedRoute == situation.Other.Name ? StepRoutes.Resolve(situation.Step, situation.Other) : own;
        var family = facts.RequestedRoute == situation.Other.Name ? situation.Other : situation.Own;
        var policy = PolicyTable.Find(family, situation.Step, facts, route.LatencyTarget ?? family.LatencyTarget);
        var ownPolicy = PolicyTable.Find(situation.Own, situation.Step, facts, own.LatencyTarget ?? situation.Own.LatencyTarget);
        var binding = new[] { route, own, policy?.Route, ownPolicy?.Route }.OfType<StepRoute>().ToList();
        var way = RouteChoice.Of(policy?.Route is { HasWay: true } other ? other : route, facts, definition);
        var cost = model.UpperBoundUsd(Math.Max(0, facts.InputTokens), Math.Max(0, facts.OutputTokens));
        return facts.OutputTokens <= model.Entry.Limits.Output
            && Math.Max(0L, facts.InputTokens) + Math.Max(0L, facts.OutputTokens) <= model.Entry.Limits.Context
            && binding.All(r => !(model.Entry.Capabilities.Reasoning < r.MinReasoning)
                && (r.MinToolReliability is not { } tools || (model.Entry.Capabilities.Tools && model.Entry.Capabilities.ToolReliability >= tools))
                && (r.StructuredOutput != true || model.Entry.Capabilities.StructuredOutput)
                && ((r.Residency ?? situation.Own.Residency ?? family.Residency) is null || model.Local)
                && !(cost > r.MaxCostUsd)
                && (r.DifferentModelThan is not { } checks || facts.UsedModels.GetValueOrDefault(checks) != model.Name))
            && (way.Models is null || way.Models.Contains(model.Name))
            && (policy?.Guard is null || model.Entry.Tier >= way.Target)
            && (!(facts.Media ?? []).Contains(MediaKinds.Image) || model.Entry.Capabilities.Vision)
            && (!(facts.Media ?? []).Contains(MediaKinds.Audio) || model.Entry.Capabilities.Audio)
            && (situation.Step.Kind is not (StepKind.Reason or StepKind.Generate) || facts.Risk.All(tag => !situation.Own.Risk.TryGetValue(tag, out var risk) || risk.Guard is null || model.Entry.Tier >= risk.Tier));
    }));

    [Fact]
    public void Decide_AnySituation_NeverMixesSimulatedAndReal() => ForAll((_, definition, decision) =>
        decision.Candidates.Select(c => definition.FindModel(c.Model)!.Simulated).Distinct().Count() <= 1);

    [Fact]
    public void Decide_AnySituation_GoesOnlyWhereThePolicyLeads() => ForAll((situation, definition, decision) =>
    {
        var asked = situation.Facts.RequestedRoute == situation.Other.Name ? situation.Other : situation.Own;
        var route = StepRoutes.Resolve(situation.Step, asked);
        var policy = PolicyTable.Find(asked, situation.Step, situation.Facts, route.LatencyTarget ?? asked.LatencyTarget);
        var fallback = policy?.Fallback ?? asked.Fallback;
        if (RouteChoice.Of(policy?.Route is { HasWay: true } way ? way : route, situation.Facts, definition).Models is not null || situation.Facts.CheapestOnly || decision.Candidates.Count == 0)
        {
            return true;
        }

        var tiers = decision.Candidates.Select(c => definition.FindModel(c.Model)!.Entry.Tier).ToList();
        return fallback.Direction switch
        {
            FallbackDirection.Up => tiers.SequenceEqual(tiers.Order()) && decision.Candidates.All(c => !c.Degraded),
            FallbackDirection.Down => tiers.SequenceEqual(tiers.OrderDescending()) && (fallback.AllowDowngrade || tiers.Distinct().Count() == 1),
            _ => tiers.Distinct().Count() == 1,
        };
    });

    static void ForAll(Func<Situation, CompiledDefinition, RouteDecision, bool> holds) => Prop.ForAll(Situations().ToArbitrary(), situation =>
    {
        var definition = situation.Compile();
        return holds(situation, definition, Router.Decide(situation.Step, definition, situation.Facts));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    static FamilyPolicy Turned(FamilyPolicy family) => family with { Steps = Turned(family.Steps), Risk = Turned(family.Risk) };

    static Dictionary<string, T> Turned<T>(IReadOnlyDictionary<string, T> table) => table.Reverse().Prepend(new("unused", table.Values.FirstOrDefault()!))
        .Where(e => e.Value is not null).ToDictionary(e => e.Key, e => e.Value);

    static string Json(RouteDecision decision) => JsonSerializer.Serialize(decision, CoreJson.Default.RouteDecision);

    static Gen<Situation> Situations() =>
        from count in Gen.Choose(1, 7)
        from models in Models().ArrayOf(count)
        let named = models.Select((m, at) => m with { Name = $"m{at}" }).ToArray()
        let catalog = Catalog(named)
        from overriding in Gen.Elements(true, false, false)
        from stepRoute in Routes(count)
        from kind in Gen.Elements(Enum.GetValues<StepKind>().Except([StepKind.Judge, StepKind.Tool]))
        from own in Families("own", count)
        from other in Families("other", count)
        from facts in Facts(count)
        select new Situation(catalog, Step(kind, overriding ? stepRoute : null), own, other, facts);

    static Gen<ModelEntry> Models() =>
        from provider in Gen.Elements("north", "south", "local-a", "cloud")
        from tier in Gen.Elements(Enum.GetValues<Tier>())
        from price in Gen.Choose(0, 5)
        from context in Gen.Elements(10, 1_000, 100_000)
        from output in Gen.Elements(5, 500, 8_000)
        from reasoning in Gen.Choose(0, 5)
        from latency in Gen.Elements("low", "medium", "high")
        from able in Gen.Choose(0, 31)
        from reliable in Gen.Choose(0, 5)
        let model = Model("", provider, tier, price, context, output, reasoning, latency, provider != "cloud")
        select model with
        {
            Capabilities = model.Capabilities with
            {
                StructuredOutput = (able & 1) > 0, Tools = (able & 2) > 0, Vision = (able & 4) > 0, Audio = (able & 8) > 0, ToolReliability = reliable,
            },
        };

    static Gen<StepRoute> Routes(int count) =>
        from plain in PlainRoutes(count)
        from nested in PlainRoutes(count)
        from table in Gen.Choose(0, 5)
        from tools in Gen.Elements<int?>(null, null, 3)
        from schema in Gen.Elements<bool?>(null, null, true)
        from cap in Gen.Elements<decimal?>(null, null, 0.01m)
        let leaf = new StepRoute(nested.Tier, nested.ByComplexity, nested.Models)
        let demanding = plain with { MinToolReliability = tools, StructuredOutput = schema, MaxCostUsd = cap }
        select table switch
        {
            0 => demanding with { Tier = null, ByComplexity = null, Models = null, ByTask = new Dictionary<string, StepRoute> { ["code"] = leaf, ["default"] = new(Tier.Fast) } },
            1 => demanding with { Tier = null, ByComplexity = null, Models = null, ByScore = new ScoreRoute("input.text", leaf, new(Tier.Balanced), new(Tier.Fast)) },
            _ => demanding,
        };

    static Gen<PolicyRow> Policies(int count) =>
        from route in Routes(count)
        from routed in Gen.Elements(true, false)
        from about in Gen.Elements(null, "work", "reason", "elsewhere")
        from risk in Gen.Elements(null, "high", PolicySituation.NoRisk)
        from above in Gen.Elements<decimal?>(null, 100, 10_000)
        from media in Gen.Elements(null, MediaKinds.Image)
        from guard in Gen.Elements("strict", null)
        from direction in Gen.Elements(Enum.GetValues<FallbackDirection>())
        from own in Gen.Elements(true, false)
        select new PolicyRow("row", new PolicySituation(null, risk is null ? null : [risk], above is null ? null : new AmountRange(above), null, null, media is null ? null : [media]),
            about is null ? null : [about], routed ? route with { DifferentModelThan = null } : null, guard, own ? new FallbackPolicy(direction, AllowDowngrade: true) : null);

    static Gen<StepRoute> PlainRoutes(int count) =>
        from way in Gen.Choose(0, 2)
        from tier in Gen.Elements(Enum.GetValues<Tier>())
        from high in Gen.Elements(Enum.GetValues<Tier>())
        from length in Gen.Choose(1, 3)
        from chain in Gen.Choose(0, count - 1).Select(n => $"m{n}").ArrayOf(length)
        from different in Gen.Elements(true, false)
        from reasoning in Gen.Elements<int?>(null, null, 2, 5)
        from local in Gen.Elements(true, false, false, false)
        select new StepRoute(way == 0 ? tier : null, way == 1 ? [new(1, 3, tier), new(4, 5, high)] : null, way == 2 ? chain.Distinct().ToList() : null,
            different ? "reason" : null, reasoning, local ? "local" : null);

    static Gen<FamilyPolicy> Families(string name, int count) =>
        from declared in Gen.Elements(true, true, false)
        from route in Routes(count)
        from direction in Gen.Elements(Enum.GetValues<FallbackDirection>())
        from cross in Gen.Elements(true, false)
        from downgrade in Gen.Elements(true, false)
        from strict in Gen.Elements("strict", null)
        from tier in Gen.Elements(Enum.GetValues<Tier>())
        from seconds in Gen.Elements(5, 60)
        from policies in Policies(count).ListOf(2)
        from residency in Gen.Elements(null, null, null, "local")
        select Family(declared ? route : null, new FallbackPolicy(direction, cross, downgrade),
            new Dictionary<string, RiskPolicy> { ["high"] = new(strict, tier), ["odd"] = new(null, Tier.Balanced) }, TimeSpan.FromSeconds(seconds), name) with { Policies = [.. policies], Residency = residency };

    static Gen<RouteFacts> Facts(int count) =>
        from complexity in Gen.Elements<int?>(null, 0, 1, 3, 5, 9)
        from tags in Gen.SubListOf(Tags)
        from input in Gen.Elements(-1, 0, 5, 900, 50_000, int.MaxValue)
        from output in Gen.Elements(-1, 0, 1, 400, 8_000, int.MaxValue)
        from made in Gen.Choose(0, count)
        from budget in Gen.Elements<decimal?>(null, 0, 0.001m)
        from cheapest in Gen.Elements(true, false, false)
        from route in Gen.Elements(null, null, "own", "other", "undeclared")
        from task in Gen.Elements(null, "code", "default", "odd")
        from score in Gen.Elements<TextScore?>(null, new(false, false, false, false), new(true, true, true, true))
        from media in Gen.Elements<string[]?>(null, null, [MediaKinds.Image], [MediaKinds.Image, MediaKinds.Audio])
        select new RouteFacts(complexity, tags.ToList(), input, output, new Dictionary<string, string> { ["reason"] = $"m{made}" }, budget, cheapest, route, task,
            score is null ? null : new Dictionary<string, TextScore> { ["input.text"] = score }, media);
}
