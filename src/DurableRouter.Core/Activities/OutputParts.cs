using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>The parts of a step's output that the rest of the pipeline looks at one by one.</summary>
/// <remarks>Workflow code does no I/O, so of an output that is too large for the history the attempt puts these parts beside its address.
/// Later steps, conditions and approvals refer to declared fields only, so the list is known from the definition.</remarks>
static class OutputParts
{
    static readonly string[] Always = ["category", "complexity", "risk", "confidence", "verdict", "issues"];

    /// <summary>Dotted paths into the step's output, in a stable order.</summary>
    public static IReadOnlyList<string> Paths(PipelineDefinition pipeline, string step)
    {
        var paths = new SortedSet<string>(Always, StringComparer.Ordinal);
        AddReference(pipeline.Result.From);
        foreach (var other in pipeline.Steps)
        {
            foreach (var field in other.Input)
            {
                AddReference(field.Source.From);
                AddReference(field.Source.OrText);
            }

            foreach (var check in other.Checks)
            {
                AddReference(check.In);
                AddReference(check.Conflict?.With);
            }

            AddReference(other.When?.Of);
            if (other.Id == step && other.Approval is { } approval)
            {
                paths.UnionWith(approval.When.Where(t => t.Confidence is not null).Select(t => t.Confidence!.Of));
            }
        }

        return [.. paths];

        void AddReference(string? reference)
        {
            if (reference is not null && reference.StartsWith(step + ".", StringComparison.Ordinal))
            {
                paths.Add(reference[(step.Length + 1)..]);
            }
        }
    }

    /// <summary>The parts that the output really has, each inline or stored by its own size.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, FieldValue>> StoreAsync(PipelineDefinition pipeline, string step, JsonElement output,
        IContentStore store, CancellationToken cancellationToken)
    {
        var parts = new SortedDictionary<string, FieldValue>(StringComparer.Ordinal);
        foreach (var path in Paths(pipeline, step))
        {
            if (FieldValues.At(output, path) is { } part)
            {
                parts[path] = await FieldValues.StoreAsync(store, part, FieldValue.MaxInlineBytes, cancellationToken);
            }
        }

        return parts;
    }
}
