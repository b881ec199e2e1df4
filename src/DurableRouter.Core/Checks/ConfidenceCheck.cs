using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Checks;

/// <summary>The <c>confidence</c> check of a step: a comparison on a field of its answer. An answer without the field doesn't pass.</summary>
static class ConfidenceCheck
{
    public static List<string> Problems(CheckDefinition check, JsonElement answer)
    {
        if (check.Confidence is not { } condition)
        {
            return [];
        }

        var value = FieldValues.At(answer, condition.Of);
        return Conditions.Holds(condition, value) == true
            ? [] : [$"/{condition.Of.Replace('.', '/')}: must be {Conditions.Describe(condition)}, was {value?.GetRawText() ?? "absent"}"];
    }
}
