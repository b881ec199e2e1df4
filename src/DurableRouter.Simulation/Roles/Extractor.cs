using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Roles;

/// <summary>Extracts the facts of the prompt's text fields.</summary>
static class Extractor
{
    const int ShortField = 60;
    static readonly string[] TextNames = ["text", "document", "source", "content", "body"];

    public static Findings Read(SimulatedPrompt prompt)
    {
        var findings = DocumentReader.Read(Text(prompt));
        if (prompt.Fields.FirstOrDefault(f => f.Name is "type" or "category" && f.Content.Length < ShortField) is { } type)
        {
            findings.Values[FindingName.Category] = type.Content.Trim().Trim('"');
        }

        findings.Confidence = findings.Kinds.Sum(k => findings[k].Count) < 3 ? 0.55 : 0.92;
        return findings;
    }

    /// <summary>The field that holds the document: by its usual names, else the longest.</summary>
    public static string Text(SimulatedPrompt prompt) =>
        (prompt.Fields.FirstOrDefault(f => TextNames.Contains(f.Name)) ?? prompt.Fields.MaxBy(f => f.Content.Length))?.Content ?? "";
}
