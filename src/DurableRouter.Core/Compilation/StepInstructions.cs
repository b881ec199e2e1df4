using System.Text;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Compilation;

/// <summary>The part of the system message that every attempt of a step shares.</summary>
static class StepInstructions
{
    public static string Of(StepDefinition step, bool schemaInPrompt)
    {
        var text = new StringBuilder();
        Line(text, $"Step role: {Words.Of(step.Kind)}");
        Line(text, step.LabelOnly == true ? PromptText.LabelOnly : PromptText.Instructions(step.Kind));
        if (!string.IsNullOrWhiteSpace(step.Instructions))
        {
            Line(text, $"Task: {step.Instructions.Trim()}");
        }

        if (step.Labels.Count > 0)
        {
            Line(text, $"Labels: {string.Join(", ", step.Labels)}");
        }

        if (step.RiskTags is { Count: > 0 } tags)
        {
            Line(text, $"Risk tags: {string.Join(", ", tags)}. Name each of them that the data earns and no other; an empty list says that it earns none.");
        }

        Line(text, PromptText.Untrusted);
        if (schemaInPrompt && step.LabelOnly != true)
        {
            Line(text, PromptText.SchemaHeading);
            Line(text, FieldValues.Text(step.Output));
        }

        return text.ToString();
    }

    // Not AppendLine: the prompt must not depend on the machine.
    static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
