using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>Decides whether an output or a call needs a person. A value that is missing or too large to look into counts as a reason: the gate fails
/// closed.</summary>
static class ApprovalTriggers
{
    /// <returns>Why a person must decide; empty when none has to.</returns>
    public static IReadOnlyList<string> Reasons(RunState run, ApprovalPolicy policy, StepAnswer answer) => Reasons(run, policy, answer, null);

    /// <summary>The same for a call that a step would make.</summary>
    public static IReadOnlyList<string> Reasons(RunState run, ApprovalPolicy policy, ToolDefinition tool) => Reasons(run, policy, null, tool);

    static IReadOnlyList<string> Reasons(RunState run, ApprovalPolicy policy, StepAnswer? answer, ToolDefinition? tool) => policy.When.Count == 0
        ? ["the step always needs an approval"]
        : [.. policy.When.Select(trigger => Reason(run, trigger, answer, tool)).OfType<string>()];

    /// <returns>Null when the trigger doesn't hold.</returns>
    static string? Reason(RunState run, ApprovalTrigger trigger, StepAnswer? answer, ToolDefinition? tool)
    {
        if (trigger.All is { } all)
        {
            var reasons = all.Select(t => Reason(run, t, answer, tool)).ToList();
            return reasons.Contains(null) ? null : string.Join(" and ", reasons);
        }

        if (trigger.Risk is { } tag)
        {
            return run.Risk.Contains(tag) ? $"risk: {tag}" : null;
        }

        if (trigger.ToolScope is { } scope)
        {
            return tool is not null && tool.Scope != scope ? null : $"toolScope: {ToolWords.Of(scope)}";
        }

        if (trigger.Confidence is { } confidence)
        {
            var value = answer is null ? null : References.Part(answer.Output, answer.Parts, confidence.Of).Inline;
            var holds = Conditions.Holds(confidence, value);
            return holds == false ? null : $"{confidence.Of} is {Shown(confidence, value, holds)}, {Conditions.Describe(confidence)}";
        }

        var spent = run.Budget.SpentUsd + (tool?.CostUsd ?? 0);
        return trigger.CostUsd is not { } cost || Conditions.Holds(cost, Number(spent)) == false ? null
            : $"the run {(tool is null ? "has" : "will with this call have")} cost ${spent.ToString("0.######", CultureInfo.InvariantCulture)}, {Conditions.Describe(cost)}";
    }

    /// <summary>Reasons are our words: of what the model wrote only numbers, and texts that the pipeline itself names, stand in them.</summary>
    static string Shown(Condition confidence, JsonElement? value, bool? holds) => value switch
    {
        null => "not given",
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } plain => FieldValues.Text(plain),
        { } named when holds == true => confidence.Contains is null ? FieldValues.Text(named) : "a text",
        _ => "no number",
    };

    static JsonElement Number(decimal value) => JsonElement.Parse(value.ToString(CultureInfo.InvariantCulture));
}
