using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Review;

/// <summary>Reads a classification out of a reply that is not what was asked for: a bare label, or JSON with faults beside the label. What is
/// no label at all counts as the step's default. A router that babbles costs a tier, not the run.</summary>
static class LabelReply
{
    const int MaxQuoted = 60;

    /// <returns>Null for a step that has no default.</returns>
    public static Salvage? Read(StepDefinition step, string text)
    {
        if (step.DefaultLabel is not { } otherwise)
        {
            return null;
        }

        var json = JsonReply.Read(text) is { IsSuccess: true, Value: { ValueKind: JsonValueKind.Object } read } ? read : default(JsonElement?);
        var said = json is { } whole
            ? whole.TryGetProperty("category", out var category) && category.ValueKind == JsonValueKind.String ? category.GetString()! : ""
            : text;
        var label = Label(step.Labels, said);
        var answer = new JsonObject { ["category"] = label ?? otherwise };
        if (label is not null && json is { } given && step.LabelOnly != true)
        {
            KeepSound(given, answer);
        }

        return new Salvage(JsonElement.Parse(answer.ToJsonString()), new CheckResult(AttemptRow.RouterCheck, label is not null, label is not null ? null
            : $"routerInvalid: the reply names no label ({Quoted(text)}); the default '{otherwise}' stands"));
    }

    /// <summary>A label in any case, with white space, quotes or a full stop around it.</summary>
    static string? Label(IReadOnlyList<string> labels, string said)
    {
        var bare = said.Trim().Trim('"', '\'', '`', '*', '.').Trim();
        return labels.FirstOrDefault(l => l == bare) ?? labels.FirstOrDefault(l => string.Equals(l, bare, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Carries over the members that mean what they should; an impossible complexity is an unknown one.</summary>
    static void KeepSound(JsonElement given, JsonObject answer)
    {
        if (given.TryGetProperty("complexity", out var complexity) && complexity.ValueKind == JsonValueKind.Number
            && complexity.TryGetInt32(out var grade) && grade is >= 1 and <= 5)
        {
            answer["complexity"] = grade;
        }

        if (given.TryGetProperty("risk", out var risk) && risk.ValueKind == JsonValueKind.Array)
        {
            answer["risk"] = new JsonArray([.. risk.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => (JsonNode)t.GetString()!)]);
        }

        if (given.TryGetProperty("confidence", out var confidence) && confidence.ValueKind == JsonValueKind.Number
            && confidence.TryGetDouble(out var sure) && sure is >= 0 and <= 1)
        {
            answer["confidence"] = sure;
        }
    }

    static string Quoted(string text) => text.Length == 0 ? "it is empty or cut" : $"'{Excerpt.OneLine(text.Length > MaxQuoted ? text[..MaxQuoted] + "..." : text)}'";
}
