using System.Text.Json;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Routing;

/// <summary>Which task types a pipeline's runs can have.</summary>
static class TaskNames
{
    /// <returns>Null when a pipeline takes its task from a text that may be anything.</returns>
    public static IReadOnlyCollection<string>? Of(IEnumerable<PipelineDefinition> pipelines)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var pipeline in pipelines)
        {
            if (Of(pipeline) is not { } own)
            {
                return null;
            }

            names.UnionWith(own);
        }

        return names;
    }

    /// <summary>The labels of its classify steps; where it says where the task comes from, that field's <c>enum</c>.</summary>
    public static IReadOnlyCollection<string>? Of(PipelineDefinition pipeline) => pipeline.Task is not { } task
        ? [.. pipeline.Steps.SelectMany(s => s.Labels).Distinct()]
        : pipeline.Input.TryGetProperty("properties", out var fields) && fields.TryGetProperty(task["input.".Length..], out var field)
            && field.ValueKind == JsonValueKind.Object && field.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)]
            : null;
}
