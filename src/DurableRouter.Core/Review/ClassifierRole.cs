using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Review;

/// <summary>Unites the risk tags that the text itself earns with those that the model names.</summary>
sealed class ClassifierRole : Role
{
    public static readonly ClassifierRole Instance = new();

    public override IEnumerable<string> Problems(StepDefinition step, JsonElement answer)
    {
        var category = answer.TryGetProperty("category", out var c) && c.ValueKind == JsonValueKind.String ? c.GetString()! : "";
        if (step.Labels.Count > 0 && !step.Labels.Contains(category, StringComparer.Ordinal))
        {
            yield return $"/category: must be one of {string.Join(", ", step.Labels)}";
        }
    }

    public override Salvage? Salvage(StepDefinition step, string text) => LabelReply.Read(step, text);

    public override JsonElement Complete(StepDefinition step, IReadOnlyList<PromptField> fields, JsonElement answer)
    {
        var said = answer.TryGetProperty("risk", out var r) && r.ValueKind == JsonValueKind.Array
            ? r.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!).ToList() : [];
        List<string> readings = step.RiskRules.Count == 0 ? [] : [.. fields.SelectMany(f => PlainText.Readings(f.Content).Prepend(f.Content))];
        var earned = step.RiskRules.Where(rule => rule.IsEarnedBy(readings))
            .Select(rule => rule.Tag).Except(said, StringComparer.Ordinal).ToList();
        return earned.Count == 0 ? answer : RiskReply.With(answer, said.Concat(earned));
    }
}
