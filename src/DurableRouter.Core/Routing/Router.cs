using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Routing;

/// <summary>Decides which models a step may ask, in which order. Pure and total: the same arguments give the same answer, nothing is
/// read from outside, and every model of the catalog is either a candidate or rejected with the reason.</summary>
static class Router
{
    public static RouteDecision Decide(StepDefinition step, CompiledDefinition definition, RouteFacts facts)
    {
        if (facts.RequestedRoute is { } requested && !definition.Definition.Routing.Families.ContainsKey(requested))
        {
            return Undeclared(requested, definition);
        }

        var plan = RoutePlan.For(step, definition, facts);
        var placed = new List<Placement>(definition.Models.Count);
        var rejected = new List<RouteRejection>(definition.Models.Count);
        foreach (var model in definition.Models)
        {
            if (Fitness.Obstacle(model, plan, facts) is { } obstacle)
            {
                rejected.Add(new RouteRejection(model.Name, obstacle));
            }
            else
            {
                placed.Add(Placement.Of(model, plan, facts));
            }
        }

        placed.Sort();
        KeepTogether(placed, plan, rejected);
        var candidates = new RouteCandidate[placed.Count];
        for (var at = 0; at < candidates.Length; at++)
        {
            candidates[at] = placed[at].ToCandidate(at, plan, facts);
        }

        return new RouteDecision(plan.Rule, candidates, rejected, plan.Chain is not null || plan.CheapestOnly ? true : null, plan.Policy?.Name,
            plan.Policy?.Fallback);
    }

    /// <summary>What depends on the first choice: one provider where the family says so, and never simulated and real models in one chain.</summary>
    static void KeepTogether(List<Placement> placed, RoutePlan plan, List<RouteRejection> rejected)
    {
        if (placed.Count == 0)
        {
            return;
        }

        var first = placed[0].Model;
        placed.RemoveAll(p =>
        {
            var why = p.Model.Simulated != first.Simulated ? $"{Nature(p.Model)}, and the first choice {first.Name} is {Nature(first)}"
                : !plan.CrossProvider && p.Model.Provider.Name != first.Provider.Name ? $"provider {p.Model.Provider.Name}: fallback stays with {first.Provider.Name}"
                : null;
            if (why is not null)
            {
                rejected.Add(new RouteRejection(p.Model.Name, why));
            }

            return why is not null;
        });
    }

    static string Nature(CompiledModel model) => model.Simulated ? "simulated" : "real";

    static RouteDecision Undeclared(string requested, CompiledDefinition definition)
    {
        var declared = string.Join(", ", definition.Definition.Routing.Families.Keys.Order(StringComparer.Ordinal));
        return new RouteDecision($"route {requested} is not declared", [],
            [.. definition.Models.Select(m => new RouteRejection(m.Name, $"route {requested} is not declared; declared: {declared}"))]);
    }
}
