using System.Text;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <param name="Media">What the user message carries beside its text, in the order of the fields.</param>
sealed record Prompt(string System, string User, IReadOnlyList<MediaValue> Media);

/// <summary>Writes a step's prompt. Pure.</summary>
/// <remarks>Data stands only in the user message, between markers whose boundary is derived from the data itself and the attempt's key: text
/// that could forge the end of its own field would have to contain a hash of itself. What checks and reviewers say of an answer is data as well:
/// it quotes documents and models. <see cref="PromptSize"/> bounds what is written here; a new part needs its bytes there.</remarks>
static class PromptBuilder
{
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

    static void Append(List<string> user, PromptField field, string boundary)
    {
        user.AddRange("<field name=\"", field.Name, "\" source=\"", field.Source, "\" boundary=\"", boundary, "\">\n", field.Content,
            "\n</field boundary=\"", boundary, "\">\n");
    }

    static string Bullets(IReadOnlyList<string> lines) => string.Join('\n', lines.Select(line => "- " + Excerpt.OneLine(line)));

    // Not AppendLine: the prompt must not depend on the machine.
    static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
