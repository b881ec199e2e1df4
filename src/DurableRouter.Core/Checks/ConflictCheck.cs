using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Checks;

/// <summary>The <c>conflict</c> check: a field of the answer doesn't contradict what an earlier step or the input recorded.</summary>
/// <remarks>Two values agree when neither says something else: a missing value and null say nothing; texts agree up to case and typography;
/// objects in every property that both have; a list when each of its items agrees with some recorded item.</remarks>
sealed class ConflictCheck
{
    /// <summary>Pairs of values that one check compares: about a second. Lists of texts cost one each, of objects one for each pair.</summary>
    const int MostComparisons = 2_000_000;

    int _left = MostComparisons;

    ConflictCheck()
    {
    }

    public static CheckFindings Run(ConflictRule rule, JsonElement answer, AttemptFields data)
    {
        var pointer = "/" + rule.Of.Replace('.', '/');
        if (FieldValues.At(answer, rule.Of) is not { } claimed || !data.Evidence.TryGetValue(rule.With, out var recorded))
        {
            return new CheckFindings([]);
        }

        var check = new ConflictCheck();
        var contradiction = check.Contradiction(claimed, recorded, pointer);
        return check._left <= 0 ? new CheckFindings([$"{pointer}: holds more than can be compared with what is recorded in {rule.With}"])
            : contradiction is not null ? new CheckFindings([$"{contradiction} recorded in {rule.With}"])
            : new CheckFindings([]);
    }

    /// <returns>The first contradiction, with its place in front; null when the values agree or there is no time left.</returns>
    string? Contradiction(JsonElement claimed, JsonElement recorded, string pointer)
    {
        if (--_left <= 0 || SaysNothing(claimed) || SaysNothing(recorded))
        {
            return null;
        }

        return (claimed.ValueKind, recorded.ValueKind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => claimed.EnumerateObject()
                .Select(p => recorded.TryGetProperty(p.Name, out var other) ? Contradiction(p.Value, other, $"{pointer}/{JsonPointer.Escape(p.Name)}") : null)
                .FirstOrDefault(found => found is not null),
            (JsonValueKind.Array, JsonValueKind.Array) => OfLists(claimed, recorded, pointer),
            (JsonValueKind.String, JsonValueKind.String) => Plain(claimed).Equals(Plain(recorded), StringComparison.OrdinalIgnoreCase) ? null : Differs(pointer, recorded),
            _ => JsonElement.DeepEquals(claimed, recorded) ? null : Differs(pointer, recorded),
        };
    }

    string? OfLists(JsonElement claimed, JsonElement recorded, string pointer)
    {
        var items = recorded.EnumerateArray().ToList();
        if (items.Exists(SaysNothing))
        {
            return null;
        }

        var texts = items.Where(i => i.ValueKind == JsonValueKind.String).Select(Plain).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        foreach (var item in claimed.EnumerateArray())
        {
            var agrees = item.ValueKind == JsonValueKind.String ? texts.Contains(Plain(item)) : items.Exists(other => Contradiction(item, other, "") is null);
            if (!agrees)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{pointer}/{at}: agrees with none of the items");
            }

            at++;
        }

        return null;
    }

    static string Differs(string pointer, JsonElement recorded) => $"{pointer}: contradicts {ShortText.Of(recorded)},";

    static bool SaysNothing(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    static string Plain(JsonElement text) => PlainText.Of(text.GetString()!);
}
