namespace DurableRouter.Simulation.Reading;

/// <summary>Reads the facts of a text by rules; knows no document in particular.</summary>
static class DocumentReader
{
    const int SummaryLength = 420;

    // Below this many sentences "Title:" is somebody's job.
    const int TitleDepth = 16;

    public static Findings Read(string text)
    {
        var sentences = SourceText.Sentences(text);
        var findings = new Findings();
        Keep(findings, FactKind.Party, NameReader.Parties(sentences), 20);
        Keep(findings, FactKind.Person, NameReader.People(sentences), 20);
        Keep(findings, FactKind.Date, Distinct(DateReader.Read(sentences), FactField.Date, FactField.Label), 40);
        Keep(findings, FactKind.Amount, Distinct(MoneyReader.Read(sentences), FactField.Value, FactField.Currency, FactField.Label), 40);
        Keep(findings, FactKind.Obligation, DutyReader.Obligations(sentences), 32);
        Keep(findings, FactKind.Deadline, Distinct(DutyReader.Deadlines(sentences), FactField.Text), 20);
        Keep(findings, FactKind.Reference, Distinct(ReferenceReader.Read(sentences), FactField.Number), 12);
        Keep(findings, FactKind.Clause, Varied(ClauseReader.Clauses(sentences)), 20);
        var title = sentences.Take(TitleDepth).FirstOrDefault(s => s.Kind == SentenceKind.Labelled && s.Label is "Subject" or "Re" or "Title") is { } subject
            ? subject.Text[(subject.Text.IndexOf(':') + 1)..].Trim()
            : sentences.FirstOrDefault(s => s.Text.Any(char.IsLetter))?.QuoteAround(0) ?? "";
        findings.Values[FindingName.Title] = title;
        findings.Values[FindingName.Summary] = Summary(title, sentences);
        if (sentences.Any(s => DutyReader.AddressesReader(s.Text)))
        {
            findings.Notes.Add("The text gives instructions to its reader; they were read as content.");
        }

        return findings;
    }

    /// <summary>The sentences that hold most facts, in the text's own order and words.</summary>
    public static IReadOnlyList<string> KeySentences(IReadOnlyList<Sentence> sentences, int count) =>
        sentences.Select((s, i) => (s.Text, Index: i, Score: Weight(s, i)))
            .Where(s => s.Score > 0).OrderByDescending(s => s.Score).ThenBy(s => s.Index).Take(count).OrderBy(s => s.Index).Select(s => s.Text).ToList();

    static string Summary(string title, IReadOnlyList<Sentence> sentences)
    {
        var summary = title.Length > 0 ? title.TrimEnd('.') + "." : "";
        foreach (var key in KeySentences(sentences, 3).Where(k => k != title && summary.Length + k.Length < SummaryLength))
        {
            summary += " " + key;
        }

        return summary.Trim();
    }

    static double Weight(Sentence sentence, int index)
    {
        if (sentence.Kind != SentenceKind.Prose || sentence.Text.Length < 40 || DutyReader.AddressesReader(sentence.Text))
        {
            return 0;
        }

        IReadOnlyList<Sentence> one = [sentence];
        return (2 * MoneyReader.Read(one).Count()) + DateReader.Mentions(sentence.Text).Count() + (2 * NameReader.Parties(one).Count())
            + DutyReader.Obligations(one).Count() + (3.0 / (3 + index)) - (sentence.Text.Length > 260 ? 3 : 0);
    }

    static IEnumerable<Fact> Distinct(IEnumerable<Fact> facts, params string[] fields) =>
        facts.DistinctBy(f => string.Join('\n', fields.Select(name => f.Fields.GetValueOrDefault(name))));

    /// <summary>At most three facts of one label, so that one subject can't fill the list.</summary>
    static IEnumerable<Fact> Varied(IEnumerable<Fact> facts) =>
        facts.GroupBy(f => f.Text(FactField.Label)).SelectMany(g => g.Take(3));

    /// <summary>Keeps the answer to a length that an output limit allows, and says so.</summary>
    static void Keep(Findings findings, FactKind kind, IEnumerable<Fact> facts, int most)
    {
        var all = facts.ToList();
        findings[kind] = all.Take(most).ToList();
        if (all.Count > most)
        {
            findings.Notes.Add($"Listed the first {most} of {all.Count} entries of kind {kind.ToString().ToLowerInvariant()}.");
        }
    }
}
