using DurableRouter.Simulation.Mistakes;
using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Roles;

/// <summary>Chooses a label by the evidence in the text, and says how complex and how risky the text looks.</summary>
static class Classifier
{
    const decimal LargeAmount = 100_000m;

    public static Findings Read(SimulatedPrompt prompt, IReadOnlyList<string> labels, MistakeMaker mistakes)
    {
        var text = string.Join("\n\n", prompt.Fields.Select(f => f.Content));
        var document = DocumentReader.Read(text);
        var findings = new Findings { [FactKind.Risk] = Risks(text, document) };
        findings.Values[FindingName.Complexity] = (decimal)Complexity(text, document);
        if (labels.Count > 0)
        {
            Choose(text, labels, mistakes, findings);
        }

        return findings;
    }

    static void Choose(string text, IReadOnlyList<string> labels, MistakeMaker mistakes, Findings findings)
    {
        var ranked = labels.Select(l => (Label: l, Score: LabelEvidence.Score(l, text))).OrderByDescending(l => l.Score).ToList();
        var first = ranked[0];
        var second = ranked.Count > 1 ? ranked[1] : (first.Label, Score: 0.0);
        if (first.Score <= 0)
        {
            first = ranked.Find(l => l.Label.ToLowerInvariant() is "other" or "unknown" or "general" or "simple") is { Label: not null } open ? open : first;
            findings.Confidence = 0.3;
        }
        else
        {
            findings.Confidence = 0.55 + (0.43 * (first.Score - second.Score) / (first.Score + second.Score));
        }

        if (ranked.Count > 1 && mistakes.Makes(Mistake.WrongCategory, "answer"))
        {
            first = second;
            findings.Confidence = Math.Min(findings.Confidence, 0.6);
        }

        findings.Values[FindingName.Category] = first.Label;
    }

    static int Complexity(string text, Findings document)
    {
        var score = 1.0;
        score += text.Length > 6000 ? 1.5 : text.Length > 1500 ? 0.5 : 0;
        score += document[FactKind.Party].Count > 2 ? 0.5 : 0;
        score += document[FactKind.Amount].Count > 4 ? 0.5 : 0;
        score += document[FactKind.Obligation].Count switch { > 9 => 2, > 4 => 1.5, > 1 => 1, _ => 0 };
        score += document[FactKind.Clause].Count(c => c.Text(FactField.Severity) == "high") switch { > 2 => 1, > 0 => 0.5, _ => 0 };
        return (int)Math.Clamp(Math.Round(score, MidpointRounding.AwayFromZero), 1, 5);
    }

    static List<Fact> Risks(string text, Findings document)
    {
        var exposures = ClauseReader.Find(text).ToList();
        var tags = exposures.Select(e => (Tag: e.Topic.Replace(' ', '-'), Quote: text[e.Index..Math.Min(text.Length, e.Index + 40)])).ToList();
        if (document[FactKind.Amount].FirstOrDefault(a => a.Number(FactField.Value) >= LargeAmount) is { } large)
        {
            tags.Add(("large-amount", large.Text(FactField.Quote)!));
        }

        if (exposures.Count(e => e.Severity == "high") >= 2 || (tags.Exists(t => t.Tag == "large-amount") && exposures.Exists(e => e.Severity == "high")))
        {
            tags.Insert(0, ("high", tags[0].Quote));
        }

        return tags.Select(t => Fact.Of(FactKind.Risk, t.Quote, (FactField.Text, t.Tag), (FactField.Label, t.Tag))).ToList();
    }
}
