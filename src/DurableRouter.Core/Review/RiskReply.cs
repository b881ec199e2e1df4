using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Review;

/// <summary>Reads the risk tags of a model's classification. Only an empty list means that there is no risk: what is missing, of another type, or names a tag that nobody
/// declared counts as all of them.</summary>
static class RiskReply
{
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

        return (With(answer, read.Tags), read.Problem is null ? null : new CheckResult(AttemptRow.RouterCheck, false, $"routerInvalid: {read.Problem}"));
    }

    /// <summary>The answer with these tags in the place of its own.</summary>
    public static JsonElement With(JsonElement answer, IEnumerable<string> tags)
    {
        var changed = JsonObject.Create(answer)!;
        changed["risk"] = Array(tags);
        return JsonElement.Parse(changed.ToJsonString());
    }

    public static JsonArray Array(IEnumerable<string> tags) => new([.. tags.Select(tag => (JsonNode)JsonValue.Create(tag)!)]);

    /// <param name="said">The reply's <c>risk</c>; null: it has none.</param>
    public static (IReadOnlyList<string> Tags, string? Problem) Read(IReadOnlyList<string> declared, JsonElement? said)
    {
        if (said is not { } risk)
        {
            return All("the reply says nothing about risk");
        }

        // Some models write one tag, or several in one text.
        IEnumerable<JsonElement> items = risk.ValueKind == JsonValueKind.Array ? risk.EnumerateArray() : [risk];
        var tags = new List<string>();
        foreach (var item in items)
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return All($"the reply's risk holds {FieldKind(item)} where a tag is asked for");
            }

            string[] words = risk.ValueKind == JsonValueKind.Array ? [item.GetString()!] : item.GetString()!.Split([',', ';'], StringSplitOptions.TrimEntries);
            foreach (var word in words)
            {
                if (DeclaredWord.Find(declared, word, '"', '\'', '`', '*', '.', '#') is not { } tag)
                {
                    return All($"{DeclaredWord.Quoted(word)} is no declared risk tag");
                }

                if (!tags.Contains(tag))
                {
                    tags.Add(tag);
                }
            }
        }

        return (tags, null);

        (IReadOnlyList<string>, string) All(string problem) => (declared, $"{problem}; it counts as all declared tags ({string.Join(", ", declared)})");
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
