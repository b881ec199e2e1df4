using System.Text.Json;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>What a reference may name at one place of a pipeline, and what the schemas say about it.</summary>
/// <param name="input">The JSON Schema of the run's input.</param>
/// <param name="steps">The output schemas of the steps that may be named, by id.</param>
/// <param name="others">Steps that exist but may not be named here.</param>
sealed class ReferenceScope(JsonElement input, IReadOnlyDictionary<string, JsonElement> steps, IReadOnlySet<string> others)
{
    public const string InputRoot = "input";

    /// <summary>The schema of what the reference names; null when it is wrong (then reported) or the schema doesn't describe it.</summary>
    public JsonElement? Resolve(string reference, int line, string what, ProblemReporter problems)
    {
        var dot = reference.IndexOf('.', StringComparison.Ordinal);
        var (root, field) = dot < 0 ? (reference, "") : (reference[..dot], reference[(dot + 1)..]);
        var formed = root == InputRoot ? Identifier.IsField(field) : Identifier.IsValid(root) && (dot < 0 || Identifier.IsField(field));
        if (!formed)
        {
            problems.Report(line, $"{what} is '{reference}'; allowed: input.FIELD, STEP or STEP.FIELD");
            return null;
        }

        if (root != InputRoot && !steps.ContainsKey(root))
        {
            problems.Report(line, others.Contains(root)
                ? $"{what} refers to step '{root}', which is not among the step's needs, directly or through others"
                : $"{what} refers to '{root}', which is no step{Suggestion.For(root, steps.Keys)}; allowed: {string.Join(", ", steps.Keys.Prepend("input.FIELD"))}");
            return null;
        }

        var schema = root == InputRoot ? input : steps[root];
        return dot < 0 ? schema : Property(schema, field, line, what, problems);
    }

    /// <summary>A top-level field of an object schema.</summary>
    public static JsonElement? Property(JsonElement schema, string field, int line, string what, ProblemReporter problems)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (properties.TryGetProperty(field, out var property))
        {
            return property;
        }

        var known = properties.EnumerateObject().Select(p => p.Name).ToList();
        problems.Report(line, $"{what} refers to the field '{field}', which the schema doesn't have{Suggestion.For(field, known)}; allowed: {string.Join(", ", known)}");
        return null;
    }

    /// <summary>False only when the schema says a type and it isn't this one.</summary>
    public static bool MayBe(JsonElement? schema, params string[] types)
    {
        if (schema is not { ValueKind: JsonValueKind.Object } element || !element.TryGetProperty("type", out var declared))
        {
            return true;
        }

        return declared.ValueKind switch
        {
            JsonValueKind.String => types.Contains(declared.GetString()),
            JsonValueKind.Array => declared.EnumerateArray().Any(t => t.ValueKind == JsonValueKind.String && types.Contains(t.GetString())),
            _ => true,
        };
    }
}
