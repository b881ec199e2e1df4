using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Configuration.Routing;

/// <summary>What routing.yaml promises only together with the pipelines.</summary>
static class FamilyChecks
{
    /// <remarks>The steps of all pipelines count: a caller may ask for the route of a family that isn't the pipeline's own.</remarks>
    public static void Run(RoutingPolicy routing, IReadOnlyCollection<PipelineDefinition> pipelines, RoutingMarks marks, ProblemReporter problems)
    {
        var steps = pipelines.SelectMany(p => p.Steps).Where(s => s.Kind != StepKind.Tool).Select(s => s.Id).Distinct().ToList();
        if (steps.Count == 0)
        {
            return;
        }

        var allowed = steps.Union(PipelineWords.ModelKinds).Append(Words.Of(StepKind.Judge)).ToList();
        foreach (var (family, step, line) in marks.PolicySteps.Where(p => !allowed.Contains(p.Step)))
        {
            problems.Report(line, $"a policy of family '{family}' names '{step}', which is neither a step of a pipeline nor a kind{Suggestion.For(step, allowed)}; allowed: {string.Join(", ", allowed)}");
        }

        var known = TaskNames.Of(pipelines);
        foreach (var (family, tasks) in marks.Tasks)
        {
            foreach (var (task, line) in known is null ? [] : tasks.Where(t => !known.Contains(t.Task)))
            {
                problems.Report(line, $"family '{family}' names the task '{task}', which no pipeline has{Suggestion.For(task, known!)}; allowed: {string.Join(", ", known!)}");
            }
        }

        foreach (var family in routing.Families.Values)
        {
            foreach (var (key, route) in family.Steps)
            {
                if (!allowed.Contains(key))
                {
                    problems.Report(marks.Steps[(family.Name, key)],
                        $"route '{key}' of family '{family.Name}' is neither a step of a pipeline nor a kind{Suggestion.For(key, allowed)}; allowed: {string.Join(", ", allowed)}");
                }

                if (route.DifferentModelThan is { } other && !steps.Contains(other))
                {
                    problems.Report(marks.DifferentModelThan[(family.Name, key)],
                        $"differentModelThan of route '{key}' of family '{family.Name}' is '{other}', which is no step of a pipeline{Suggestion.For(other, steps)}; allowed: {string.Join(", ", steps)}");
                }
            }
        }
    }
}
