using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Routing;

/// <summary>Finds the row of a family's policy table that a step is in. Pure.</summary>
static class PolicyTable
{
    /// <param name="latencyTarget">The step's own or its family's.</param>
    /// <returns>Null when no row holds.</returns>
    public static PolicyRow? Find(FamilyPolicy? family, StepDefinition step, RouteFacts facts, TimeSpan? latencyTarget)
    {
        foreach (var row in family?.Policies ?? [])
        {
            if (IsAbout(row, step) && Holds(row.When, family!, facts, latencyTarget))
            {
                return row;
            }
        }

        return null;
    }

    public static bool IsAbout(PolicyRow row, StepDefinition step) =>
        row.Steps is null || row.Steps.Contains(step.Id) || row.Steps.Contains(Words.Of(step.Kind));

    static bool Holds(PolicySituation when, FamilyPolicy family, RouteFacts facts, TimeSpan? latencyTarget) =>
        (when.Tasks is null || (facts.Task is { } task && when.Tasks.Contains(task)))
        && (when.Risk is null || Risks(when.Risk, family, facts.Risk))
        && (when.InputTokens is null || when.InputTokens.Holds(facts.InputTokens))
        && (when.BudgetLeftUsd is null || when.BudgetLeftUsd.Holds(facts.BudgetLeftUsd ?? decimal.MaxValue))
        && (when.LatencyTargetBelow is null || latencyTarget < when.LatencyTargetBelow)
        && (when.Media is null || (facts.Media ?? []).Any(when.Media.Contains));

    static bool Risks(IReadOnlyList<string> wanted, FamilyPolicy family, IReadOnlyList<string> tags) =>
        wanted.Contains(PolicySituation.NoRisk) ? !tags.Any(tag => Known(family, tag)) : tags.Any(wanted.Contains);

    /// <summary>Models name tags as they like; only those that the family says something about make a run risky.</summary>
    static bool Known(FamilyPolicy family, string tag) =>
        family.Risk.ContainsKey(tag) || family.Policies!.Any(row => row.When.Risk?.Contains(tag) == true);
}
