using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Routing;

/// <summary>What policy and facts ask of the models of one step, before any model is looked at.</summary>
/// <param name="Rule">The decision in a few stable words.</param>
/// <param name="Chain">The explicit models; null when tiers decide.</param>
/// <param name="Target">The tier of the first choice; with a chain its first model's.</param>
/// <param name="Floor">No candidate may be below it; null: none.</param>
/// <param name="FloorCause">What set the floor: <c>risk high</c>, <c>policy NAME</c>.</param>
/// <param name="Policy">The row of the policy table that holds; null: none.</param>
/// <param name="UsedModels">Those whose work is checked here, which must not be used again; empty when there is none.</param>
/// <param name="OtherThan">The provider that stands back because the checked work is its; null when none does.</param>
/// <param name="Swift">True when the step's latency target is too short for models of high latency.</param>
sealed record RoutePlan(string Rule, IReadOnlyList<string>? Chain, Tier Target, Tier? Floor, string? FloorCause, FallbackPolicy Fallback,
    PolicyRow? Policy, IReadOnlyList<string> UsedModels, string? OtherThan, RouteDemands Demands, bool CheapestOnly, bool Swift)
{
    /// <summary>Models of high latency stand back when a step should take less than this.</summary>
    static readonly TimeSpan SwiftTarget = TimeSpan.FromSeconds(10);

    static readonly FallbackPolicy DefaultFallback = new();

    public bool CrossProvider => Fallback.CrossProvider;

    public static RoutePlan For(StepDefinition step, CompiledDefinition definition, RouteFacts facts)
    {
        var own = definition.Family;
        var ownRoute = definition.FindStep(step.Id) is { } compiled && ReferenceEquals(compiled.Definition, step) ? compiled.Route : StepRoutes.Resolve(step, own);
        var ownPolicy = PolicyTable.Find(own, step, facts, ownRoute.LatencyTarget ?? own?.LatencyTarget);
        var (family, route, policy) = (own, ownRoute, ownPolicy);
        if (facts.RequestedRoute is { } requested && definition.Definition.Routing.Families.TryGetValue(requested, out var asked))
        {
            // A caller may choose another way, not fewer constraints: those of the pipeline's own family keep binding.
            (family, route) = (asked, StepRoutes.Resolve(step, asked));
            policy = PolicyTable.Find(asked, step, facts, route.LatencyTarget ?? asked.LatencyTarget);
        }

        var choice = RouteChoice.Of(policy?.Route is { HasWay: true } way ? way : route, facts, definition);
        var rule = policy is null ? choice.Rule : $"policy {policy.Name}, {choice.Rule}";
        var target = choice.Target;
        var (floor, floorCause) = Guarded(null, null, policy, choice.Target);
        if (!ReferenceEquals(ownPolicy, policy) && ownPolicy is { Guard: not null })
        {
            (floor, floorCause) = Guarded(floor, floorCause, ownPolicy,
                RouteChoice.Of(ownPolicy.Route is { HasWay: true } ownWay ? ownWay : ownRoute, facts, definition).Target);
        }

        foreach (var (tag, risk) in IsJudgement(step.Kind) ? RiskOf(own, family, facts.Risk) : [])
        {
            if (risk.Tier is not { } tier)
            {
                continue;
            }

            if (tier > target && choice.Models is null)
            {
                target = tier;
                rule = $"{rule}, risk {tag} -> {Words.Of(tier)}";
            }

            if (risk.Guard == "strict" && !(floor >= tier))
            {
                (floor, floorCause) = (tier, $"risk {tag}");
            }
        }

        var used = new[] { ownRoute.DifferentModelThan, route.DifferentModelThan }.OfType<string>().Distinct()
            .Select(other => facts.UsedModels.GetValueOrDefault(other)).OfType<string>().ToList();
        return new RoutePlan(
            $"{(facts.RequestedRoute is { } name ? $"route {name}: " : "")}{rule}{(facts.CheapestOnly ? ", cheapest first" : "")}",
            choice.Models, target, floor, floorCause, policy?.Fallback ?? family?.Fallback ?? DefaultFallback, policy, used,
            used.Count == 0 ? null : definition.FindModel(used[0])?.Provider.Name,
            default(RouteDemands).And(route).And(ownRoute).And(policy?.Route).And(ownPolicy?.Route).And(own).And(family).AndGrading(WorkOf(step, definition, facts)),
            facts.CheapestOnly, (policy?.Route?.LatencyTarget ?? route.LatencyTarget ?? family?.LatencyTarget) < SwiftTarget);
    }

    /// <summary>What is asked of the models that make the work a judge sees; null for a step that is no judge.</summary>
    static RouteDemands? WorkOf(StepDefinition step, CompiledDefinition definition, RouteFacts facts) =>
        JudgeStep.JudgedBy(step.Id) is { } judged && definition.FindStep(judged) is { } work ? For(work.Definition, definition, facts).Demands : null;

    static (Tier? Floor, string? Cause) Guarded(Tier? floor, string? cause, PolicyRow? policy, Tier target) =>
        policy?.Guard == "strict" && !(floor >= target) ? (target, $"policy {policy.Name}") : (floor, cause);

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
