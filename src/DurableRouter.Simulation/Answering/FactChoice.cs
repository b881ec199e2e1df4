using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Answering;

/// <summary>Chooses the one fact that a property such as `dueDate`, `supplierName` or `taxAmount` asks for.</summary>
static class FactChoice
{
    static readonly string[][] Alike =
    [
        ["supplier", "seller", "vendor", "provider", "from", "issuer", "sender", "licensor", "contractor"],
        ["customer", "client", "buyer", "to", "bill", "billed", "recipient", "licensee"],
        ["due", "payable", "deadline"],
        ["effective", "commencement", "start", "begin", "commence"],
        ["expiry", "end", "expire", "termination", "until"],
        ["issue", "issued", "invoice", "dated", "date"],
        ["tax", "vat"],
        ["total", "due", "balance", "grand"],
    ];

    static readonly HashSet<string> Neutral = new(StringComparer.Ordinal)
    {
        "amount", "value", "date", "name", "number", "id", "party", "company", "person", "reference", "document", "main", "first", "identifier",
    };

    /// <summary>The best fact of the kind by the qualifying words; null when they fit none.</summary>
    public static Fact? Best(Findings findings, FactKind kind, IReadOnlyList<string> words)
    {
        var facts = findings[kind];
        var qualifiers = words.Where(w => !Neutral.Contains(w)).ToList();
        if (facts.Count == 0 || qualifiers.Count == 0)
        {
            return kind == FactKind.Amount ? Total(facts) : facts.FirstOrDefault();
        }

        var best = facts.Select(f => (Fact: f, Score: Score(f, qualifiers))).MaxBy(f => f.Score);
        if (best.Score > 0)
        {
            return kind == FactKind.Amount && qualifiers.Contains("total") ? Total(facts) : best.Fact;
        }

        return kind == FactKind.Amount && qualifiers.Any(q => q is "total" or "price" or "sum") ? Total(facts) : null;
    }

    /// <summary>The amount that a text calls its total, else the largest.</summary>
    static Fact? Total(IReadOnlyList<Fact> amounts) =>
        amounts.LastOrDefault(a => Labels(a) is var l && (l.Contains("total") || l.Contains("balance") || (l.Contains("amount") && l.Contains("due"))))
        ?? amounts.MaxBy(a => a.Number(FactField.Value));

    static int Score(Fact fact, List<string> qualifiers)
    {
        var labels = Labels(fact);
        return qualifiers.Sum(q => labels.Contains(q) ? 2 : Alike.Any(group => group.Contains(q) && group.Any(labels.Contains)) ? 1 : 0);
    }

    static IReadOnlyList<string> Labels(Fact fact) =>
        PropertyMeaning.Words($"{fact.Text(FactField.Label)} {fact.Text(FactField.Role)}");
}
