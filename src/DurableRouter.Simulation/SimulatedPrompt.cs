using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DurableRouter.Core.Compilation;
using Microsoft.Extensions.AI;

namespace DurableRouter.Simulation;

/// <summary>One delimited input field of a prompt: data, whatever it says.</summary>
sealed record SimulatedField(string Name, string Source, string Content);

/// <summary>
/// What a model can know about its task: the messages, taken apart. Lines that it does not know are ignored; text inside a field is
/// never read as a line of the prompt, and a field ends only at its own boundary.
/// </summary>
sealed partial class SimulatedPrompt
{
    const string SchemaHeading = "Answer with one JSON object that matches this JSON Schema:";
    const string LabelSentence = "Answer with that label and nothing else.";

    SimulatedPrompt(string systemText, string userText)
    {
        UserText = userText;
        var all = TakeFields(systemText, out var system).Concat(TakeFields(userText, out var loose)).ToList();
        Fields = all.Where(f => f.Source is not (PromptText.FromModel or PromptText.FromChecks or PromptText.FromReview)).ToList();
        if (Fields.Count == 0 && !string.IsNullOrWhiteSpace(loose))
        {
            Fields = [new SimulatedField("text", "message", loose.Trim())];
        }

        var lines = system.Split('\n', StringSplitOptions.TrimEntries);
        Role = After(lines, "Step role:") ?? "generate";
        Task = After(lines, "Task:") ?? "";
        Labels = (After(lines, "Labels:") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        LabelOnly = lines.Any(l => l.EndsWith(LabelSentence, StringComparison.Ordinal));
        Issues = Bullets(all, PromptText.FromReview);
        Rejections = Bullets(all, PromptText.FromChecks);
        Schema = SchemaIn(system);
        // The boundary is drawn anew for each prompt; without it two prompts with the same content draw the same numbers.
        Fingerprint = string.Join('\n', all.Select(f => $"{f.Name}\t{f.Source}\t{f.Content}").Prepend(loose).Prepend(system));
    }

    public string Role { get; }

    public string Task { get; }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>True when one of the labels is asked for as plain text.</summary>
    public bool LabelOnly { get; }

    public IReadOnlyList<SimulatedField> Fields { get; }

    /// <summary>What a verifier found in the previous answer.</summary>
    public IReadOnlyList<string> Issues { get; }

    /// <summary>Why a check refused the previous answer.</summary>
    public IReadOnlyList<string> Rejections { get; }

    /// <summary>The schema written into the instructions; null for models that receive it as a parameter.</summary>
    public JsonObject? Schema { get; }

    public string UserText { get; }

    /// <summary>Everything that the draws of this call derive from.</summary>
    public string Fingerprint { get; }

    public static SimulatedPrompt Parse(IEnumerable<ChatMessage> messages)
    {
        var all = messages.ToList();
        return new SimulatedPrompt(
            string.Join('\n', all.Where(m => m.Role == ChatRole.System).Select(m => m.Text)).ReplaceLineEndings("\n"),
            string.Join('\n', all.Where(m => m.Role != ChatRole.System).Select(m => m.Text)).ReplaceLineEndings("\n"));
    }

    static List<SimulatedField> TakeFields(string text, out string rest)
    {
        var fields = new List<SimulatedField>();
        var outside = new List<string>();
        var at = 0;
        while (FieldStart().Match(text, at) is { Success: true } start)
        {
            var contentAt = start.Index + start.Length;
            var end = text.IndexOf($"\n</field boundary=\"{start.Groups["boundary"].Value}\">", contentAt - 1, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            outside.Add(text[at..start.Index]);
            fields.Add(new SimulatedField(
                start.Groups["name"].Value, start.Groups["source"].Value, end < contentAt ? "" : text[contentAt..end]));
            at = text.IndexOf('>', end) + 1;
        }

        rest = string.Concat(outside.Append(text[at..]));
        return fields;
    }

    static string? After(string[] lines, string prefix) =>
        lines.FirstOrDefault(l => l.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..].Trim();

    static string[] Bullets(IEnumerable<SimulatedField> fields, string source) =>
        [.. fields.Where(f => f.Source == source).SelectMany(f => f.Content.Split('\n'))
            .Where(l => l.StartsWith("- ", StringComparison.Ordinal)).Select(l => l[2..].Trim())];

    static JsonObject? SchemaIn(string system)
    {
        var heading = system.IndexOf(SchemaHeading, StringComparison.Ordinal);
        return heading < 0 ? null : LooseJson.FirstObject(system, heading + SchemaHeading.Length);
    }

    [GeneratedRegex("""^<field name="(?<name>[^"\n]*)" source="(?<source>[^"\n]*)" boundary="(?<boundary>[^"\n]+)">\n""", RegexOptions.Multiline)]
    private static partial Regex FieldStart();
}
