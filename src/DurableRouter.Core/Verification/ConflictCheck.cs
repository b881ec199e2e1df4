using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Pipelines;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Verification;

/// <summary>The <c>conflict</c> check: a field of the answer doesn't contradict what an earlier step or the input recorded.</summary>
/// <remarks>Two values agree when neither says something else: a missing value and null say nothing; texts agree up to case and typography;
/// objects in every property that both have; a list when each of its items agrees with some recorded item.</remarks>
static class ConflictCheck
{
    public static CheckFindings Run(ConflictRule rule, JsonElement answer, AttemptFields data)
    {
        var pointer = "/" + rule.Of.Replace('.', '/');
        return FieldValues.At(answer, rule.Of) is { } claimed && data.Evidence.TryGetValue(rule.With, out var recorded)
            && Contradiction(claimed, recorded, pointer) is { } contradiction
            ? new CheckFindings([$"{contradiction} recorded in {rule.With}"])
            : new CheckFindings([]);
    }

    /// <returns>The first contradiction, with its place in front; null when the values agree.</returns>
    static string? Contradiction(JsonElement claimed, JsonElement recorded, string pointer)
    {
        if (SaysNothing(claimed) || SaysNothing(recorded))
        {
            return null;
        }

        return (claimed.ValueKind, recorded.ValueKind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => claimed.EnumerateObject()
                .Select(p => recorded.TryGetProperty(p.Name, out var other) ? Contradiction(p.Value, other, $"{pointer}/{ViolationSink.EscapeSegment(p.Name)}") : null)
                .FirstOrDefault(found => found is not null),
            (JsonValueKind.Array, JsonValueKind.Array) => claimed.EnumerateArray()
                .Select((item, at) => recorded.EnumerateArray().Any(other => Contradiction(item, other, "") is null) ? null
                    : string.Create(CultureInfo.InvariantCulture, $"{pointer}/{at}: agrees with none of the items"))
                .FirstOrDefault(found => found is not null),
            (JsonValueKind.String, JsonValueKind.String) => Same(claimed.GetString()!, recorded.GetString()!) ? null : Differs(pointer, recorded),
            _ => JsonElement.DeepEquals(claimed, recorded) ? null : Differs(pointer, recorded),
        };
    }

    static string Differs(string pointer, JsonElement recorded) => $"{pointer}: contradicts {ViolationSink.Show(recorded)},";

    static bool SaysNothing(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    static bool Same(string a, string b) => PlainText.Of(a).Equals(PlainText.Of(b), StringComparison.OrdinalIgnoreCase);
}
