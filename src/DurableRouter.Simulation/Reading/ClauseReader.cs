using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Reading;

/// <summary>What a reader should look at twice, by subject: exposures of a party, and words that leave room for dispute.</summary>
static partial class ClauseReader
{
    static readonly (string Topic, string Severity, Regex Pattern)[] Exposures =
    [
        ("indemnity", "high", Indemnity()),
        ("liability", "high", Liability()),
        ("penalty", "high", Penalty()),
        ("litigation", "high", Litigation()),
        ("termination", "high", Termination()),
        ("personal data", "high", PersonalData()),
        ("breach", "medium", Breach()),
        ("late payment", "medium", LatePayment()),
        ("automatic renewal", "medium", Renewal()),
        ("exclusivity", "medium", Exclusivity()),
        ("confidentiality", "medium", Confidentiality()),
        ("safety", "medium", Safety()),
        ("delay", "medium", Delay()),
        ("shortfall", "low", Shortfall()),
    ];

    /// <summary>The exposures that a text speaks of: topic, severity (low, medium, high) and where.</summary>
    public static IEnumerable<(string Topic, string Severity, int Index)> Find(string text) =>
        from e in Exposures
        let match = e.Pattern.Match(text)
        where match.Success
        select (e.Topic, e.Severity, match.Index);

    /// <summary>The first word of a text that two readers may measure differently; null when there is none.</summary>
    public static string? VagueTerm(string text) => Vague().Match(text) is { Success: true } m ? m.Value.ToLowerInvariant() : null;

    public static IEnumerable<Fact> Clauses(IReadOnlyList<Sentence> sentences)
    {
        foreach (var sentence in sentences.Where(s => s.Kind is SentenceKind.Prose or SentenceKind.Labelled && !DutyReader.AddressesReader(s.Text)))
        {
            foreach (var (topic, severity, index) in Find(sentence.Text).Take(1))
            {
                yield return Fact.Of(
                    FactKind.Clause, sentence.QuoteAround(index), (FactField.Label, topic), (FactField.Text, topic), (FactField.Severity, severity));
            }

            if (Vague().Match(sentence.Text) is { Success: true } vague)
            {
                yield return Fact.Of(
                    FactKind.Clause, sentence.QuoteAround(vague.Index), (FactField.Label, "unclear wording"), (FactField.Text, vague.Value.ToLowerInvariant()));
            }
        }
    }

    [GeneratedRegex(@"(?i)\b(?:indemnif\w*|hold harmless|indemnity)\b")]
    private static partial Regex Indemnity();

    [GeneratedRegex(@"(?i)\b(?:liabilit(?:y|ies)(?! compan)|liable|warrant(?:s|y|ies))\b")]
    private static partial Regex Liability();

    [GeneratedRegex(@"(?i)\b(?:penalt(?:y|ies)|liquidated damages|forfeit\w*|service credits?|fined?)\b")]
    private static partial Regex Penalty();

    [GeneratedRegex(@"(?i)\b(?:litigation|lawsuit|legal (?:action|proceedings)|injuncti\w+|arbitrat\w+|court|claimant|settlement)\b")]
    private static partial Regex Litigation();

    [GeneratedRegex(@"(?i)\b(?:terminat(?:e[sd]?|ing|ion)|cancel(?:s|led|lation)?|withdraw(?:al)? from)\b")]
    private static partial Regex Termination();

    [GeneratedRegex(@"(?i)\b(?:personal data|data protection|GDPR|health records|personal information|data subjects?)\b")]
    private static partial Regex PersonalData();

    [GeneratedRegex(@"(?i)\b(?:material breach|breach(?:es|ed)?|default(?:s|ed)?|non-compliance|violat\w+|defect(?:s|ive)?)\b")]
    private static partial Regex Breach();

    [GeneratedRegex(@"(?i)\b(?:overdue|late payment|interest (?:at|of)|past due|in arrears|outstanding balance|reminder fee)\b")]
    private static partial Regex LatePayment();

    [GeneratedRegex(@"(?i)\b(?:automatically renew\w*|renews? automatically|successive (?:terms|periods)|tacit\w*)\b")]
    private static partial Regex Renewal();

    [GeneratedRegex(@"(?i)(?<!non-)\b(?:exclusive(?:ly)?(?! of\b| jurisdiction)|exclusivity|non-compet\w+|sole supplier|single[- ]source)\b")]
    private static partial Regex Exclusivity();

    [GeneratedRegex(@"(?i)\b(?:confidential(?:ity)?|trade secrets?|non-disclosure)\b")]
    private static partial Regex Confidentiality();

    [GeneratedRegex(@"(?i)\b(?:injur(?:y|ies)|accident|hazard\w*|recall|outage|failure|near miss|incident)\b")]
    private static partial Regex Safety();

    [GeneratedRegex(@"(?i)\b(?:delay(?:s|ed)?|slipp(?:ed|age)|behind schedule|postpone[ds]?|missed)\b")]
    private static partial Regex Delay();

    [GeneratedRegex(@"(?i)\b(?:shortfall|overspen[dt]|over budget|below (?:target|plan)|decline[sd]?|shortage|deficit)\b")]
    private static partial Regex Shortfall();

    [GeneratedRegex(@"(?i)\b(?:(?:commercially )?reasonabl[ey](?: efforts| endeavours)?|best (?:efforts|endeavours)|promptly|as soon as (?:possible|practicable)|without undue delay|from time to time|substantial(?:ly)?|materially?|approximately|to be (?:agreed|confirmed|determined)|TBD|as appropriate|where appropriate|if necessary|in due course|shortly|roughly|customary)\b")]
    private static partial Regex Vague();
}
