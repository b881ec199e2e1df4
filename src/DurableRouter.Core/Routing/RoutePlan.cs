using DurableRouter.Core.Catalog;
using DurableRouter.Core.Pipelines;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Routing;

/// <summary>What policy and facts ask of the models of one step, before any model is looked at.</summary>
/// <param name="Rule">The decision in a few stable words.</param>
/// <param name="Chain">The explicit models; null when tiers decide.</param>
/// <param name="Target">The tier of the first choice; with a chain its first model's.</param>
/// <param name="Floor">No candidate may be below it; null: none.</param>
/// <param name="FloorTag">The risk tag that set the floor.</param>
/// <param name="UsedModel">The model whose work is checked here, which must not be used again; null when there is none.</param>
/// <param name="OtherThan">The provider that stands back because the checked work is its; null when none does.</param>
/// <param name="Swift">True when the family's latency target is too short for models of high latency.</param>
sealed record RoutePlan(string Rule, IReadOnlyList<string>? Chain, Tier Target, Tier? Floor, string? FloorTag, FallbackPolicy Fallback,
    string? UsedModel, string? OtherThan, int MinReasoning, bool LocalOnly, bool CheapestOnly, bool Swift)
{
    /// <summary>Models of high latency stand back when a step should take less than this.</summary>
    static readonly TimeSpan SwiftTarget = TimeSpan.FromSeconds(10);

    static readonly FallbackPolicy DefaultFallback = new();

    public bool CrossProvider => Fallback.CrossProvider;

    public static RoutePlan For(StepDefinition step, CompiledDefinition definition, RouteFacts facts)
    {
        var own = definition.Family;
        var ownRoute = definition.FindStep(step.Id) is { } compiled && ReferenceEquals(compiled.Definition, step) ? compiled.Route : StepRoutes.Resolve(step, own);
        var family = own;
        var route = ownRoute;
        if (facts.RequestedRoute is { } requested && definition.Definition.Routing.Families.TryGetValue(requested, out var asked))
        {
            // A caller may choose another way, not fewer constraints: those of the pipeline's own family keep binding.
            family = asked;
            route = StepRoutes.Resolve(step, asked);
        }

        var (rule, target) = Choose(route, facts, definition);
        var floor = default(Tier?);
        var floorTag = default(string);
        foreach (var (tag, policy) in IsJudgement(step.Kind) ? RiskOf(own, family, facts.Risk) : [])
        {
            if (policy.Tier is not { } tier)
            {
                continue;
            }

            if (tier > target && route.Models is null)
            {
                target = tier;
                rule = $"{rule}, risk {tag} -> {Words.Of(tier)}";
            }

            if (policy.Guard == "strict" && !(floor >= tier))
            {
                (floor, floorTag) = (tier, tag);
            }
        }

        var usedModel = (route.DifferentModelThan ?? ownRoute.DifferentModelThan) is { } other ? facts.UsedModels.GetValueOrDefault(other) : null;
        return new RoutePlan(
            $"{(facts.RequestedRoute is { } name ? $"route {name}: " : "")}{rule}{(facts.CheapestOnly ? ", cheapest first" : "")}",
            route.Models, target, floor, floorTag, family?.Fallback ?? DefaultFallback, usedModel,
            usedModel is null ? null : definition.FindModel(usedModel)?.Provider.Name,
            Math.Max(route.MinReasoning ?? 0, ownRoute.MinReasoning ?? 0),
            route.Residency == CatalogWords.Local || ownRoute.Residency == CatalogWords.Local,
            facts.CheapestOnly, family?.LatencyTarget < SwiftTarget);
    }

    static (string Rule, Tier Target) Choose(StepRoute route, RouteFacts facts, CompiledDefinition definition)
    {
        if (route.Models is { } chain)
        {
            return ("explicit models", chain.Count > 0 && definition.FindModel(chain[0]) is { } first ? first.Entry.Tier : Tier.Fast);
        }

        if (route.Tier is { } tier)
        {
            return (FixedRule(tier), tier);
        }

        if (route.ByComplexity is { Count: > 0 } map)
        {
            foreach (var range in map)
            {
                if (range.From <= facts.Complexity && facts.Complexity <= range.To)
                {
                    return ($"complexity {facts.Complexity} -> {Words.Of(range.Tier)}", range.Tier);
                }
            }

            var highest = map.Max(range => range.Tier);
            return ($"complexity unknown -> {Words.Of(highest)}", highest);
        }

        return ("no tier named -> powerful", Tier.Powerful);
    }

    static string FixedRule(Tier tier) => tier switch
    {
        Tier.Fast => "tier fast",
        Tier.Balanced => "tier balanced",
        _ => "tier powerful",
    };

    /// <summary>Risk asks for better judgement. Copying facts out of a text and comparing quotes with it need none: their checks are exact.</summary>
    static bool IsJudgement(StepKind kind) => kind is StepKind.Reason or StepKind.Generate;

    static IEnumerable<(string Tag, RiskPolicy Policy)> RiskOf(FamilyPolicy? own, FamilyPolicy? asked, IReadOnlyList<string> tags)
    {
        foreach (var tag in tags)
        {
            if (own is not null && own.Risk.TryGetValue(tag, out var policy))
            {
                yield return (tag, policy);
            }

            if (asked is not null && !ReferenceEquals(asked, own) && asked.Risk.TryGetValue(tag, out policy))
            {
                yield return (tag, policy);
            }
        }
    }
}
