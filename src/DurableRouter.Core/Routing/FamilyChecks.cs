using DurableRouter.Core.Configuration;
using DurableRouter.Core.Pipelines;

namespace DurableRouter.Core.Routing;

/// <summary>What routing.yaml promises only together with the pipelines.</summary>
internal static class FamilyChecks
{
    public static void Run(RoutingPolicy routing, IReadOnlyCollection<PipelineDefinition> pipelines, RoutingMarks marks, ProblemReporter problems)
    {
        foreach (var family in routing.Families.Values)
        {
            var steps = pipelines.Where(p => p.Family == family.Name).SelectMany(p => p.Steps).Select(s => s.Id).Distinct().ToList();
            var allowed = steps.Union(PipelineWords.Kinds.Keys).ToList();
            foreach (var (key, route) in family.Steps)
            {
                if (!allowed.Contains(key))
                {
                    problems.Report(marks.Steps[(family.Name, key)],
                        $"route '{key}' of family '{family.Name}' is neither a step of its pipelines nor a kind{Suggestion.For(key, allowed)}; allowed: {string.Join(", ", allowed)}");
                }

                if (route.DifferentModelThan is { } other && !steps.Contains(other) && steps.Count > 0)
                {
                    problems.Report(marks.DifferentModelThan[(family.Name, key)],
                        $"differentModelThan of route '{key}' of family '{family.Name}' is '{other}', which is no step of its pipelines{Suggestion.For(other, steps)}; allowed: {string.Join(", ", steps)}");
                }
            }
        }
    }
}
