using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Routing;

/// <summary>Scores the input fields that routes ask about, once, when a run starts.</summary>
public static class InputScores
{
    /// <summary>The fields that some route of the definition scores, as <c>input.FIELD</c>: a caller may ask for any family's.</summary>
    public static IReadOnlyList<string> Fields(RunDefinition definition) =>
        [.. definition.Routing.Families.Values.SelectMany(Routes).Concat(definition.Pipeline.Steps.Select(s => s.Route)).OfType<StepRoute>()
            .SelectMany(r => r.Scored()).Distinct()];

    /// <returns>Null when there is nothing to score. A field that is absent or no text has no score.</returns>
    public static IReadOnlyDictionary<string, TextScore>? Of(IReadOnlyList<string> fields, JsonElement input)
    {
        if (fields.Count == 0 || input.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var scores = new SortedDictionary<string, TextScore>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (input.TryGetProperty(field["input.".Length..], out var value) && value.ValueKind == JsonValueKind.String)
            {
                scores[field] = TextScore.Of(value.GetString()!);
            }
        }

        return scores;
    }

    static IEnumerable<StepRoute?> Routes(FamilyPolicy family) => family.Steps.Values.Concat((family.Policies ?? []).Select(p => p.Route));
}
