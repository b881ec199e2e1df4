using System.Text;
using System.Text.Json;
using DurableRouter.Core.Pipelines;

namespace DurableRouter.Core.Steps;

/// <summary>One field as the model will see it.</summary>
/// <param name="Source">The reference it came from.</param>
/// <param name="Content">Text as it is, any other value as compact JSON.</param>
/// <param name="IsText">True when the value is a JSON string.</param>
/// <param name="Media">What is attached beside the text; null: nothing.</param>
sealed record PromptField(string Name, string Source, string Content, bool IsText = true, MediaValue? Media = null);

/// <param name="Media">What the user message carries beside its text, in the order of the fields.</param>
sealed record Prompt(string System, string User, IReadOnlyList<MediaValue> Media);

/// <summary>Writes a step's prompt. Pure.</summary>
/// <remarks>Data stands only in the user message, between markers whose boundary is derived from the data itself and the attempt's key: text
/// that could forge the end of its own field would have to contain a hash of itself. What checks and reviewers say of an answer is data as well:
/// it quotes documents and models. <see cref="PromptSize"/> bounds what is written here; a new part needs its bytes there.</remarks>
static class PromptBuilder
{
    /// <summary>Longer problems and issues are cut: they quote what models wrote.</summary>
    public const int MaxLine = 600;

    public static Prompt Build(CompiledStep step, bool schemaInPrompt, IReadOnlyList<PromptField> fields, IReadOnlyList<string> issues,
        Repair? repair, string key, TrustBoundary? trust = null)
    {
        trust ??= TrustBoundary.Standing;
        var user = new List<string>((fields.Count + 3) * 11);
        foreach (var field in (IEnumerable<PromptField>)[.. fields, .. Feedback(issues, repair)])
        {
            Append(user, field, trust.Marker(field, key));
        }

        return new Prompt(System(schemaInPrompt ? step.InstructionsWithSchema : step.Instructions, issues, repair), string.Concat(user),
            [.. fields.Select(f => f.Media).OfType<MediaValue>()]);
    }

    /// <summary>A field's text: strings as they are, other values as compact JSON, cut to the first or last so many characters.</summary>
    public static string Content(JsonElement value, int? head, int? tail)
    {
        return Cut(value.ValueKind == JsonValueKind.String ? value.GetString()! : FieldValues.Text(value), head, tail);
    }

    /// <summary>The first or last so many characters.</summary>
    public static string Cut(string text, int? head, int? tail)
    {
        if (head < text.Length)
        {
            // Half of a surrogate pair is no text.
            return text[..(char.IsHighSurrogate(text[Math.Max(head.Value - 1, 0)]) ? head.Value - 1 : head.Value)];
        }

        if (tail < text.Length)
        {
            var start = text.Length - tail.Value;
            return text[(start < text.Length && char.IsLowSurrogate(text[start]) ? start + 1 : start)..];
        }

        return text;
    }

    /// <summary>The part of the system message that every attempt of a step shares.</summary>
    public static string Instructions(StepDefinition step, bool schemaInPrompt)
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

        Line(text, PromptText.Untrusted);
        if (schemaInPrompt && step.LabelOnly != true)
        {
            Line(text, PromptText.SchemaHeading);
            Line(text, FieldValues.Text(step.Output));
        }

        return text.ToString();
    }

    static string System(string instructions, IReadOnlyList<string> issues, Repair? repair)
    {
        if (issues.Count == 0 && repair is null)
        {
            return instructions;
        }

        var text = new StringBuilder(instructions);
        if (issues.Count > 0)
        {
            Line(text, PromptText.IssuesFound);
        }

        if (repair is not null)
        {
            Line(text, PromptText.Rejected);
        }

        return text.ToString();
    }

    /// <summary>What became of the author's earlier answer.</summary>
    static IEnumerable<PromptField> Feedback(IReadOnlyList<string> issues, Repair? repair)
    {
        if (issues.Count > 0)
        {
            yield return new PromptField(PromptText.Issues, PromptText.FromReview, Bullets(issues));
        }

        if (repair is { Answer.Length: > 0 })
        {
            yield return new PromptField(PromptText.PreviousAnswer, PromptText.FromModel, repair.Answer);
        }

        if (repair is not null)
        {
            yield return new PromptField(PromptText.Problems, PromptText.FromChecks, Bullets(repair.Problems));
        }
    }

    /// <summary>One line of at most <see cref="MaxLine"/> characters: what a model wrote can't begin a line of its own.</summary>
    internal static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, MaxLine));
        foreach (var c in text)
        {
            if (line.Length == MaxLine)
            {
                break;
            }

            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        }

        return line.ToString();
    }

    static void Append(List<string> user, PromptField field, string boundary)
    {
        user.AddRange("<field name=\"", field.Name, "\" source=\"", field.Source, "\" boundary=\"", boundary, "\">\n", field.Content,
            "\n</field boundary=\"", boundary, "\">\n");
    }

    static string Bullets(IReadOnlyList<string> lines) => string.Join('\n', lines.Select(line => "- " + OneLine(line)));

    // Not AppendLine: the prompt must not depend on the machine.
    static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
