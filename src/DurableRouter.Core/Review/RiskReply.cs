using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Review;

/// <summary>Reads the risk tags of a model's classification. Only an empty list means that there is no risk: what is missing, of another type, or names a tag that nobody
/// declared counts as all of them.</summary>
static class RiskReply
{
    const int MaxQuoted = 60;

    /// <returns>The answer with declared tags only, and what was wrong with it; null: nothing.</returns>
    public static (JsonElement Answer, CheckResult? Router) Read(StepDefinition step, JsonElement answer)
    {
        if (step.RiskTags is not { } declared || answer.ValueKind != JsonValueKind.Object)
        {
            return (answer, null);
        }

        var read = Read(declared, answer.TryGetProperty("risk", out var said) ? said : null);
        if (read.Problem is null && said.ValueKind == JsonValueKind.Array && read.Tags.SequenceEqual(said.EnumerateArray().Select(tag => tag.GetString()!)))
        {
            return (answer, null);
        }

        var changed = JsonObject.Create(answer)!;
        changed["risk"] = new JsonArray([.. read.Tags.Select(tag => (JsonNode)JsonValue.Create(tag)!)]);
        return (JsonElement.Parse(changed.ToJsonString()), read.Problem is null ? null : new CheckResult(AttemptRow.RouterCheck, false,
            $"routerInvalid: {read.Problem}; it counts as all declared tags ({string.Join(", ", declared)})"));
    }

    /// <param name="said">The reply's <c>risk</c>; null: it has none.</param>
    public static (IReadOnlyList<string> Tags, string? Problem) Read(IReadOnlyList<string> declared, JsonElement? said)
    {
        if (said is not { } risk)
        {
            return (declared, "the reply says nothing about risk");
        }

        // Some models write one tag, or several in one text.
        IEnumerable<JsonElement> items = risk.ValueKind == JsonValueKind.Array ? risk.EnumerateArray() : [risk];
        var tags = new List<string>();
        foreach (var item in items)
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return (declared, $"the reply's risk holds {FieldKind(item)} where a tag is asked for");
            }

            string[] words = risk.ValueKind == JsonValueKind.Array ? [item.GetString()!] : item.GetString()!.Split([',', ';'], StringSplitOptions.TrimEntries);
            foreach (var word in words)
            {
                if (Tag(declared, word) is not { } tag)
                {
                    return (declared, $"'{Excerpt.OneLine(word.Length > MaxQuoted ? word[..MaxQuoted] + "..." : word)}' is no declared risk tag");
                }

                if (!tags.Contains(tag))
                {
                    tags.Add(tag);
                }
            }
        }

        return (tags, null);
    }

    /// <summary>A tag in any case, with white space, quotes or a full stop around it.</summary>
    static string? Tag(IReadOnlyList<string> declared, string said)
    {
        var bare = said.Trim().Trim('"', '\'', '`', '*', '.', '#').Trim();
        return declared.FirstOrDefault(tag => tag == bare) ?? declared.FirstOrDefault(tag => string.Equals(tag, bare, StringComparison.OrdinalIgnoreCase));
    }

    static string FieldKind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };
}
