using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>The values of an <c>enum</c>, or the one of a <c>const</c>, compared as JSON Schema compares.</summary>
sealed class ValueSet
{
    const int ShownValues = 10;

    readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _strings;
    readonly JsonElement[] _others;

    /// <param name="values">Strings among them must be readable.</param>
    public ValueSet(IReadOnlyList<JsonElement> values)
    {
        _strings = values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)
            .ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _others = [.. values.Where(value => value.ValueKind != JsonValueKind.String)];
        Description = string.Join(", ", values.Take(ShownValues).Select(value => ShortText.Of(value.GetRawText())))
            + (values.Count > ShownValues ? $" and {values.Count - ShownValues} more" : "");
    }

    /// <summary>The values for a message, cut to a readable number.</summary>
    public string Description { get; }

    public bool Contains(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            using var text = new JsonText(JsonText.Raw(value), stackalloc char[JsonText.ScratchLength]);
            return !text.IsBroken && _strings.Contains(text.Chars);
        }
        foreach (var other in _others)
        {
            if (JsonEquality.AreEqual(other, value))
            {
                return true;
            }
        }
        return false;
    }
}
