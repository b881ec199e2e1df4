using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>Resolves a definition's references (<c>input.FIELD</c>, <c>STEP</c>, <c>STEP.FIELD</c>) in workflow code, without I/O.</summary>
sealed class References(RunState run)
{
    /// <summary>The step's input in declared order. A field whose source isn't there (a step left out, an absent property) is left out.</summary>
    /// <param name="inWords">Media that have a step which says them in words stand here as that text.</param>
    public IReadOnlyList<NamedField> Fields(StepDefinition step, bool inWords = false)
    {
        var fields = new List<NamedField>(step.Input.Count);
        foreach (var (name, declared) in step.Input)
        {
            var source = inWords && declared.OrText is { } text ? new FieldSource(text) : declared;
            var value = source.From is { } from ? Field(from) : FieldValues.Inline(source.Value ?? FieldValues.NullElement);
            if (source.At is { } at && value.Inline is { } array)
            {
                value = array.ValueKind == JsonValueKind.Array && at >= 0 && at < array.GetArrayLength()
                    ? FieldValues.Inline(array[at]) : FieldValues.Null;
            }

            if (value.IsStored || value.Inline is not null)
            {
                fields.Add(new NamedField(name, source.From ?? "pipeline", value, source.Head, source.Tail, value.IsStored ? source.At : null, source.Media));
            }
        }

        return fields;
    }

    /// <summary>What the step's checks compare with and its model doesn't see.</summary>
    public IReadOnlyList<NamedField> Evidence(StepDefinition step) =>
        [
            .. step.Checks.Select(c => c.In ?? c.Conflict?.With).OfType<string>().Distinct(StringComparer.Ordinal).Select(r => new NamedField(r, r, Field(r))),
            .. step.Checks.Any(CallerRoles.AskedBy) ? [CallerRoles.AsEvidence(run.Input.CallerRoles)] : Array.Empty<NamedField>(),
        ];

    public FieldValue Field(string reference)
    {
        var (root, path) = Split(reference);
        if (root == "input")
        {
            var (name, rest) = Split(path);
            return run.Input.Input.TryGetValue(name, out var value) ? Part(value, null, rest) : FieldValues.Null;
        }

        return run.Step(root).Answer is { } answer ? Part(answer.Output, answer.Parts, path) : FieldValues.Null;
    }

    /// <summary>Null when there is no such value, or it is too large for workflow code to look into.</summary>
    public JsonElement? Value(string reference) => Field(reference).Inline;

    static (string Root, string Path) Split(string reference)
    {
        var dot = reference.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (reference, "") : (reference[..dot], reference[(dot + 1)..]);
    }

    /// <summary>The part at a dotted path, from the value itself or from the parts that came beside it.</summary>
    public static FieldValue Part(FieldValue value, IReadOnlyDictionary<string, FieldValue>? parts, string path)
    {
        if (path.Length == 0)
        {
            return value;
        }

        return value.Inline is { } inline
            ? FieldValues.At(inline, path) is { } part ? FieldValues.Inline(part) : FieldValues.Null
            : parts?.GetValueOrDefault(path) ?? FieldValues.Null;
    }
}
