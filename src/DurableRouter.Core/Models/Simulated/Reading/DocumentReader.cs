namespace DurableRouter.Core.Models.Simulated.Reading;

/// <summary>Reads the facts of a text by rules; knows no document in particular.</summary>
internal static class DocumentReader
{
    private const int SummaryLength = 420;

    // Below this many sentences "Title:" is somebody's job.
    private const int TitleDepth = 16;

    public static Findings Read(string text)
    {
        var sentences = SourceText.Sentences(text);
        var findings = new Findings
        {
            [FactKind.Party] = Limit(NameReader.Parties(sentences), 20),
            [FactKind.Person] = Limit(NameReader.People(sentences), 20),
            [FactKind.Date] = Limit(Distinct(DateReader.Read(sentences), FactField.Date, FactField.Label), 40),
            [FactKind.Amount] = Limit(Distinct(MoneyReader.Read(sentences), FactField.Value, FactField.Currency, FactField.Label), 40),
            [FactKind.Obligation] = Limit(DutyReader.Obligations(sentences), 24),
            [FactKind.Deadline] = Limit(Distinct(DutyReader.Deadlines(sentences), FactField.Text), 16),
            [FactKind.Reference] = Limit(Distinct(ReferenceReader.Read(sentences), FactField.Number), 12),
            [FactKind.Clause] = Limit(Varied(ClauseReader.Clauses(sentences)), 20),
        };
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

    private static string Summary(string title, IReadOnlyList<Sentence> sentences)
    {
        var summary = title.Length > 0 ? title.TrimEnd('.') + "." : "";
        foreach (var key in KeySentences(sentences, 3).Where(k => k != title && summary.Length + k.Length < SummaryLength))
        {
            summary += " " + key;
        }

        return summary.Trim();
    }

    private static double Weight(Sentence sentence, int index)
    {
        if (sentence.Kind != SentenceKind.Prose || sentence.Text.Length < 40 || DutyReader.AddressesReader(sentence.Text))
        {
            return 0;
        }

        IReadOnlyList<Sentence> one = [sentence];
        return (2 * MoneyReader.Read(one).Count()) + DateReader.Mentions(sentence.Text).Count() + (2 * NameReader.Parties(one).Count())
            + DutyReader.Obligations(one).Count() + (3.0 / (3 + index)) - (sentence.Text.Length > 260 ? 3 : 0);
    }

    private static IEnumerable<Fact> Distinct(IEnumerable<Fact> facts, params string[] fields) =>
        facts.DistinctBy(f => string.Join('\n', fields.Select(name => f.Fields.GetValueOrDefault(name))));

    /// <summary>At most three facts of one label, so that one subject can't fill the list.</summary>
    private static IEnumerable<Fact> Varied(IEnumerable<Fact> facts) =>
        facts.GroupBy(f => f.Text(FactField.Label)).SelectMany(g => g.Take(3));

    private static List<Fact> Limit(IEnumerable<Fact> facts, int count) => facts.Take(count).ToList();
}
