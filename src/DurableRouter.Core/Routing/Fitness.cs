using System.Globalization;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Routing;

/// <summary>The hard constraints: what a model must meet to be a candidate at all.</summary>
static class Fitness
{
    /// <returns>The first constraint that the model doesn't meet, with the numbers; null when it meets all.</returns>
    public static string? Obstacle(CompiledModel model, RoutePlan plan, RouteFacts facts)
    {
        var entry = model.Entry;
        if (plan.Chain is { } chain && !Contains(chain, model.Name))
        {
            return "not among the explicit models";
        }

        if (entry.Tier < plan.Floor)
        {
            return $"tier {Words.Of(entry.Tier)} is below {Words.Of(plan.Floor.Value)}, the least for {plan.FloorCause}";
        }

        if (plan.Chain is null && !plan.CheapestOnly && TierObstacle(entry.Tier, plan) is { } tier)
        {
            return tier;
        }

        if (Contains(plan.UsedModels, model.Name))
        {
            return "made the work that this step checks";
        }

        if (plan.Demands.LocalOnly && !model.Local)
        {
            return $"provider {model.Provider.Name} is not local";
        }

        foreach (var kind in facts.Media ?? [])
        {
            if (!(kind == MediaKinds.Image ? entry.Capabilities.Vision : entry.Capabilities.Audio))
            {
                return $"takes no {kind}";
            }
        }

        if (CapabilityObstacle(entry.Capabilities, plan.Demands) is { } capability)
        {
            return capability;
        }

        if (facts.OutputTokens > entry.Limits.Output)
        {
            return string.Create(CultureInfo.InvariantCulture, $"output limit {entry.Limits.Output} is below {facts.OutputTokens}");
        }

        var needed = (long)Math.Max(0, facts.InputTokens) + Math.Max(0, facts.OutputTokens);
        if (needed > entry.Limits.Context)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"context {entry.Limits.Context} is below {needed} ({facts.InputTokens} input + {facts.OutputTokens} output)");
        }

        var cost = model.UpperBoundUsd(Math.Max(0, facts.InputTokens), Math.Max(0, facts.OutputTokens));
        return cost > plan.Demands.MaxCostUsd
            ? string.Create(CultureInfo.InvariantCulture, $"may cost {cost:0.######} USD, over the step's cap of {plan.Demands.MaxCostUsd:0.######} USD")
            : null;
    }

    static string? CapabilityObstacle(ModelCapabilities has, RouteDemands demands)
    {
        if (has.Reasoning < demands.MinReasoning)
        {
            return $"reasoning {has.Reasoning} is below {demands.MinReasoning}";
        }

        if (demands.MinToolReliability > 0 && !has.Tools)
        {
            return "takes no tools";
        }

        if (has.ToolReliability < demands.MinToolReliability)
        {
            return $"tool reliability {has.ToolReliability} is below {demands.MinToolReliability}";
        }

        return demands.StructuredOutput && !has.StructuredOutput ? "doesn't enforce a schema itself" : null;
    }

    static string? TierObstacle(Tier tier, RoutePlan plan)
    {
        if (tier == plan.Target)
        {
            return null;
        }

        return (plan.Fallback.Direction, tier > plan.Target) switch
        {
            (FallbackDirection.Up, true) => null,
            (FallbackDirection.Down, false) when plan.Fallback.AllowDowngrade => null,
            (FallbackDirection.Down, false) => $"tier {Words.Of(tier)} is below {Words.Of(plan.Target)}: no downgrade is allowed",
            (FallbackDirection.Up, false) => $"tier {Words.Of(tier)} is below {Words.Of(plan.Target)}: fallback goes up",
            (FallbackDirection.Down, true) => $"tier {Words.Of(tier)} is above {Words.Of(plan.Target)}: fallback goes down",
            _ => $"tier {Words.Of(tier)} is not {Words.Of(plan.Target)}: fallback stays in the tier",
        };
    }

    static bool Contains(IReadOnlyList<string> chain, string name)
    {
        foreach (var entry in chain)
        {
            if (entry == name)
            {
                return true;
            }
        }

        return false;
    }
}
