using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Routing;

namespace DurableRouter.Tests.Routing;

/// <summary>Definitions for router tests, small enough to see every number.</summary>
static class RoutingFixture
{
    static readonly JsonElement Schema = JsonDocument.Parse("""{"type":"object"}""").RootElement.Clone();

    public static ModelEntry Model(string name, string provider, Tier tier, decimal price = 1, int context = 100_000, int output = 8_000,
        int reasoning = 3, string latency = "medium", bool simulated = true) => new()
        {
            Name = name,
            Provider = provider,
            Deployment = name,
            Tier = tier,
            Price = new ModelPrice(price, price / 4, price * 4, "test"),
            Limits = new ModelLimits(context, output),
            Capabilities = new ModelCapabilities(Reasoning: reasoning, Latency: latency),
            Simulate = simulated ? new SimulatedModel(3, 0, 0, []) : null,
        };

    public static ModelCatalog Catalog(params ModelEntry[] models) => new(new DateOnly(2026, 11, 1),
        models.Select(m => m.Provider).Distinct().ToDictionary(p => p, p => new ProviderEntry(p,
            models.First(m => m.Provider == p).Simulate is null ? ProviderKind.OpenAI : ProviderKind.Simulated, null, null, false, null,
            p.StartsWith("local", StringComparison.Ordinal) ? "local" : null)), models);

    public static readonly ModelCatalog SixModels = Catalog(
        Model("swift-1", "north", Tier.Fast, 0.1m), Model("swift-2", "south", Tier.Fast, 0.2m),
        Model("steady-1", "north", Tier.Balanced, 1m), Model("steady-2", "south", Tier.Balanced, 1.5m),
        Model("deep-1", "north", Tier.Powerful, 3m), Model("deep-2", "south", Tier.Powerful, 5m));

    public static FamilyPolicy Family(StepRoute? work = null, FallbackPolicy? fallback = null, IReadOnlyDictionary<string, RiskPolicy>? risk = null,
        TimeSpan? latency = null, string name = "family") => new(name,
            work is null ? new Dictionary<string, StepRoute>() : new Dictionary<string, StepRoute> { ["work"] = work }, fallback ?? new FallbackPolicy(),
            risk ?? new Dictionary<string, RiskPolicy>(), latency);

    public static StepDefinition Step(StepKind kind = StepKind.Generate, StepRoute? route = null) =>
        new() { Id = "work", Kind = kind, Input = [], Output = Schema, MaxOutputTokens = 1_000, Route = route };

    public static CompiledDefinition Compile(ModelCatalog catalog, StepDefinition step, params FamilyPolicy[] families) => CompiledDefinition.Pin(
        new PipelineDefinition("pipeline", families[0].Name, null, Schema, [step], new FieldSource("work")), catalog,
        new RoutingPolicy(families[0].Name, families.ToDictionary(f => f.Name), new BudgetPolicy(null, null)));

    public static RouteFacts Facts(int? complexity = null, int input = 1_000, int output = 1_000, decimal? budgetLeft = null, bool cheapest = false,
        string? route = null, string? reasoned = null, params string[] risk) => new(complexity, risk, input, output,
            reasoned is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["reason"] = reasoned }, budgetLeft, cheapest, route);

    public static RouteDecision Decide(FamilyPolicy family, RouteFacts? facts = null, ModelCatalog? catalog = null, StepDefinition? step = null)
    {
        step ??= Step();
        return Router.Decide(step, Compile(catalog ?? SixModels, step, family), facts ?? Facts());
    }

    public static IEnumerable<string> Names(this RouteDecision decision) => decision.Candidates.Select(c => c.Model);

    public static string Why(this RouteDecision decision, string model) => decision.Rejected.Single(r => r.Model == model).Reason;
}
