namespace DurableRouter.Core.Definitions;

/// <summary>Steps that run only when another needs a medium in words: those that an <c>orText</c> names.</summary>
static class OnDemand
{
    public static IEnumerable<string> Steps(PipelineDefinition pipeline) =>
        pipeline.Steps.SelectMany(s => s.Input).Where(f => f.Source.Media is not null).Select(f => f.Source.OrText).OfType<string>().Select(StepOf).Distinct();

    public static bool Is(PipelineDefinition pipeline, string step) => Steps(pipeline).Contains(step, StringComparer.Ordinal);

    /// <summary>The step of a reference.</summary>
    public static string StepOf(string reference) => reference.Split('.')[0];

    /// <summary>The first other reference to a step that may never run; null when there is none.</summary>
    public static (string Step, string By)? UsedElsewhere(PipelineDefinition pipeline)
    {
        var lazily = Steps(pipeline).ToHashSet(StringComparer.Ordinal);
        foreach (var step in pipeline.Steps)
        {
            var references = step.Input.Select(f => f.Source.From).Append(step.When?.Of).Concat(step.Checks.SelectMany(c => new[] { c.In, c.Conflict?.With }))
                .Append(step.Revises).Append(step.Route?.DifferentModelThan);
            if (references.OfType<string>().Select(StepOf).FirstOrDefault(lazily.Contains) is { } used)
            {
                return (used, $"step '{step.Id}'");
            }
        }

        return pipeline.Result.From is { } result && lazily.Contains(StepOf(result)) ? (StepOf(result), "the result") : null;
    }
}
