namespace DurableRouter.Core.Definitions;

/// <summary>Who waits for whom, and what runs again after a failing verdict.</summary>
/// <remarks>An answer that a verifier may still send back must not be used elsewhere meanwhile. So beyond the declared <c>needs</c>, a
/// verifier waits for every step declared before it that builds on the revised one, and every step declared after the verifier that
/// builds on it waits for the verifier. All waits point to steps declared earlier: there is no circle.</remarks>
static class StepOrder
{
    /// <summary>The steps to wait for, in declared order.</summary>
    public static IReadOnlyList<string> Precedents(PipelineDefinition pipeline, string step)
    {
        var steps = pipeline.Steps;
        var self = pipeline.Step(step);
        var at = Index(pipeline, step);
        var awaited = new HashSet<string>(self.Needs, StringComparer.Ordinal);
        var below = Below(pipeline, step);
        // A step that runs on demand isn't waited for, but what it needs is.
        foreach (var lazily in self.Needs.Where(need => OnDemand.Is(pipeline, need)))
        {
            awaited.UnionWith(Below(pipeline, lazily));
        }

        for (var i = 0; i < at; i++)
        {
            if (self.Revises is { } revised && BuildsOn(pipeline, steps[i].Id, revised)
                || steps[i].Revises is { } other && below.Contains(other))
            {
                awaited.Add(steps[i].Id);
            }
        }

        return [.. steps.Where(s => awaited.Contains(s.Id)).Select(s => s.Id)];
    }

    /// <summary>The revised step and everything declared between it and its verifier that builds on it, in declared order.</summary>
    public static IReadOnlyList<string> Again(PipelineDefinition pipeline, string revised, string verifier) =>
        [.. pipeline.Steps.Take(Index(pipeline, verifier)).Where(s => s.Id == revised || BuildsOn(pipeline, s.Id, revised)).Select(s => s.Id)];

    static bool BuildsOn(PipelineDefinition pipeline, string step, string other) => step != other && Below(pipeline, step).Contains(other);

    /// <summary>Everything that the step needs, directly or through others.</summary>
    static HashSet<string> Below(PipelineDefinition pipeline, string step)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(pipeline.Step(step).Needs);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
            {
                foreach (var need in pipeline.Step(next).Needs)
                {
                    open.Push(need);
                }
            }
        }

        return found;
    }

    static int Index(PipelineDefinition pipeline, string step)
    {
        for (var i = 0; i < pipeline.Steps.Count; i++)
        {
            if (pipeline.Steps[i].Id == step)
            {
                return i;
            }
        }

        return pipeline.Steps.Count;
    }
}
