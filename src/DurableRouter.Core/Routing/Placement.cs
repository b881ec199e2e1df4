using System.Globalization;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Routing;

/// <summary>A model's place among the candidates. The order of the members is the order of the comparison.</summary>
/// <param name="Distance">From the target tier, or the place in an explicit chain; 0 when only the price counts.</param>
/// <param name="SameProvider">True stands back: the provider made the work that is checked.</param>
/// <param name="Slow">True stands back: too slow for the family's target.</param>
readonly record struct Placement(CompiledModel Model, int Distance, bool SameProvider, bool Slow, decimal UpperBoundUsd) : IComparable<Placement>
{
    public static Placement Of(CompiledModel model, RoutePlan plan, RouteFacts facts)
    {
        var cost = model.UpperBoundUsd(Math.Max(0, facts.InputTokens), Math.Max(0, facts.OutputTokens));
        if (plan.CheapestOnly)
        {
            return new Placement(model, 0, false, false, cost);
        }

        return plan.Chain is { } chain
            ? new Placement(model, IndexOf(chain, model.Name), false, false, cost)
            : new Placement(model, Math.Abs(model.Entry.Tier - plan.Target), model.Provider.Name == plan.OtherThan, plan.Swift && model.LatencyClass == 2, cost);
    }

    public int CompareTo(Placement other)
    {
        var order = Distance.CompareTo(other.Distance);
        order = order != 0 ? order : SameProvider.CompareTo(other.SameProvider);
        order = order != 0 ? order : Slow.CompareTo(other.Slow);
        order = order != 0 ? order : UpperBoundUsd.CompareTo(other.UpperBoundUsd);
        order = order != 0 ? order : Model.LatencyClass.CompareTo(other.Model.LatencyClass);
        return order != 0 ? order : Model.Order.CompareTo(other.Model.Order);
    }

    public RouteCandidate ToCandidate(int at, RoutePlan plan, RouteFacts facts)
    {
        var tier = Model.Entry.Tier;
        var place = plan switch
        {
            { CheapestOnly: true } => at == 0 ? "the cheapest that fits" : "the next cheapest",
            { Chain: not null } => at == 0 ? "first of the explicit models that fits" : "next of the explicit models",
            _ when at == 0 => $"first choice in tier {Words.Of(tier)}",
            _ when tier == plan.Target => $"fallback within tier {Words.Of(tier)}",
            _ => $"fallback {(tier > plan.Target ? "up" : "down")} to tier {Words.Of(tier)}",
        };
        var provider = plan is { OtherThan: { } made, Chain: null } && made != Model.Provider.Name ? $", another provider than {made}" : "";
        var budget = facts.BudgetLeftUsd is { } left && UpperBoundUsd > left ? string.Create(CultureInfo.InvariantCulture, $", over the {left:0.######} USD left") : "";
        return new RouteCandidate(Model.Name, string.Create(CultureInfo.InvariantCulture, $"{place}{provider}, at most {UpperBoundUsd:0.######} USD{budget}"),
            tier < plan.Target);
    }

    static int IndexOf(IReadOnlyList<string> chain, string name)
    {
        for (var at = 0; at < chain.Count; at++)
        {
            if (chain[at] == name)
            {
                return at;
            }
        }

        return chain.Count;
    }
}
