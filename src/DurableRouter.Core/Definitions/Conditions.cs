using System.Text.Json;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Definitions;

/// <summary>Evaluates the structured conditions of pipelines.</summary>
static class Conditions
{
    /// <returns>Null when the value isn't there or can't be compared (text with a number): the caller decides which side is safe.</returns>
    public static bool? Holds(Condition condition, JsonElement? value)
    {
        if (value is not { } actual)
        {
            return null;
        }

        if (condition.AtLeast is not null || condition.AtMost is not null || condition.Above is not null || condition.Below is not null)
        {
            if (actual.ValueKind != JsonValueKind.Number)
            {
                return null;
            }

            if (!InRange(condition, actual.GetDouble()))
            {
                return false;
            }
        }

        return (condition.EqualTo is not { } expected || JsonElement.DeepEquals(actual, expected))
            && (condition.In is not { } allowed || allowed.Any(a => JsonElement.DeepEquals(actual, a)))
            && (condition.Contains is not { } part || Contains(actual, part));
    }

    /// <summary>The condition in words, for checks, approvals and rejections.</summary>
    public static string Describe(Condition condition)
    {
        var parts = new List<string>();
        Add("at least", condition.AtLeast);
        Add("at most", condition.AtMost);
        Add("above", condition.Above);
        Add("below", condition.Below);
        if (condition.EqualTo is { } expected)
        {
            parts.Add($"equal to {FieldValues.Text(expected)}");
        }

        if (condition.In is { } allowed)
        {
            parts.Add($"one of {string.Join(", ", allowed.Select(FieldValues.Text))}");
        }

        if (condition.Contains is { } part)
        {
            parts.Add($"containing {FieldValues.Text(part)}");
        }

        return string.Join(" and ", parts);

        void Add(string words, double? bound)
        {
            if (bound is not null)
            {
                parts.Add(FormattableString.Invariant($"{words} {bound}"));
            }
        }
    }

    static bool InRange(Condition condition, double actual) =>
        !(actual < condition.AtLeast) && !(actual > condition.AtMost) && !(actual <= condition.Above) && !(actual >= condition.Below);

    static bool Contains(JsonElement actual, JsonElement part) => actual.ValueKind switch
    {
        JsonValueKind.Array => actual.EnumerateArray().Any(item => JsonElement.DeepEquals(item, part)),
        JsonValueKind.String => part.ValueKind == JsonValueKind.String && actual.GetString()!.Contains(part.GetString()!, StringComparison.Ordinal),
        _ => false,
    };
}
