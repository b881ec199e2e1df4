using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Roles;

/// <summary>Writes a short structured text in the words of its input: an extractive summary, one section per field.</summary>
static class Generator
{
    const int PointsPerField = 5;

    public static Findings Read(SimulatedPrompt prompt)
    {
        var findings = DocumentReader.Read(string.Join("\n\n", prompt.Fields.Select(Prose)));
        var sections = prompt.Fields.Select(f => (f.Name, Points: Points(f))).Where(s => s.Points.Count > 0).ToList();
        findings[FactKind.Point] = sections.SelectMany(s => s.Points).Select(p => Fact.Of(FactKind.Point, p, (FactField.Text, p))).ToList();
        findings.Values[FindingName.Text] = string.Join("\n\n", sections.Select(s => $"{s.Name}:\n" + string.Join('\n', s.Points.Select(p => $"- {p}"))));
        findings.Confidence = sections.Count == 0 ? 0.3 : 0.85;
        return findings;
    }

    static IReadOnlyList<string> Points(SimulatedField field)
    {
        if (LooseJson.Container(field.Content) is { } json)
        {
            return LooseJson.Strings(json).Where(s => s.Text.Length > 0).Select(s => $"{s.Property}: {s.Text}").Distinct().Take(PointsPerField).ToList();
        }

        var sentences = SourceText.Sentences(field.Content);
        var key = DocumentReader.KeySentences(sentences, PointsPerField);
        return key.Count > 0 ? key : sentences.Select(s => s.Text).Take(PointsPerField).ToList();
    }

    static string Prose(SimulatedField field) => LooseJson.Container(field.Content) is { } json
        ? string.Join("\n\n", LooseJson.Strings(json).Select(s => s.Text))
        : field.Content;
}
