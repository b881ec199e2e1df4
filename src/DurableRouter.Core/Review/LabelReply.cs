using System.Globalization;
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
        var label = DeclaredWord.Find(step.Labels, said, '"', '\'', '`', '*', '.');
        var answer = new JsonObject { ["category"] = label ?? otherwise };
        var problems = new List<string>();
        if (label is null)
        {
            problems.Add($"the reply names no label ({Quoted(text)}); the default '{otherwise}' stands");
        }

        if (step.LabelOnly != true)
        {
            // The label chooses a route. What it takes away from care, its risk, is never taken from a default.
            KeepSound(step, json, answer, problems);
        }

        return new Salvage(JsonElement.Parse(answer.ToJsonString()),
            new CheckResult(AttemptRow.RouterCheck, problems.Count == 0, problems.Count == 0 ? null : $"routerInvalid: {string.Join("; ", problems)}"),
            SaysHowSure: label is not null && json is not null && step.LabelOnly != true);
    }

    /// <summary>Carries over the members that mean what they should. An impossible complexity is an unknown one, which counts as the highest, and an impossible
    /// confidence is none.</summary>
    static void KeepSound(StepDefinition step, JsonElement? given, JsonObject answer, List<string> problems)
    {
        if (Member(given, "complexity") is { } complexity)
        {
            if (Number(complexity) is { } grade && grade is >= 1 and <= 5 && Math.Truncate(grade) == grade)
            {
                answer["complexity"] = (int)grade;
            }
            else
            {
                problems.Add($"complexity {Shown(complexity)} is not from 1 to 5 and counts as the highest");
            }
        }

        if (step.RiskTags is { } declared)
        {
            var (tags, problem) = RiskReply.Read(declared, Member(given, "risk"));
            answer["risk"] = RiskReply.Array(tags);
            if (problem is not null)
            {
                problems.Add(problem);
            }
        }
        else if (Member(given, "risk") is { } risk)
        {
            IEnumerable<JsonElement> items = risk.ValueKind == JsonValueKind.Array ? risk.EnumerateArray() : [risk];
            answer["risk"] = RiskReply.Array(items.Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!));
        }

        if (Member(given, "confidence") is { } confidence)
        {
            var isSure = Number(confidence) is { } told and >= 0 and <= 1;
            answer["confidence"] = isSure ? Number(confidence)!.Value : 0;
            if (!isSure)
            {
                problems.Add($"confidence {Shown(confidence)} is not from 0 to 1 and counts as 0");
            }
        }
    }

    static JsonElement? Member(JsonElement? given, string name) => given is { } whole && whole.TryGetProperty(name, out var member) ? member : null;

    /// <summary>A number, also as text.</summary>
    static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number
        : value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed
        : null;

    static string Shown(JsonElement value) => Quoted(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());

    static string Quoted(string text) => text.Length == 0 ? "it is empty or cut" : DeclaredWord.Quoted(text);
}
