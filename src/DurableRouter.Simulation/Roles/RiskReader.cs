using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Roles;

/// <summary>Risks and ambiguities of quoted facts, each with the quote as its evidence.</summary>
static class RiskReader
{
    const decimal LargeAmount = 100_000m;

    static readonly Dictionary<string, string> Meaning = new(StringComparer.Ordinal)
    {
        ["indemnity"] = "One side makes good the other's losses; check the scope and whether it is capped.",
        ["liability"] = "Liability or a warranty is set here; check who bears it, its limit and the exceptions.",
        ["penalty"] = "Non-performance costs money; check the trigger and the maximum.",
        ["litigation"] = "A dispute or its forum is addressed; check venue, cost and time.",
        ["termination"] = "The relationship can end; check who may end it, with what notice and at what cost.",
        ["personal data"] = "Personal data is involved; check the legal basis and the duties of protection.",
        ["breach"] = "A breach, defect or default is addressed; check the consequence and the time to cure.",
        ["late payment"] = "Late payment has a price; check the amounts and dates.",
        ["automatic renewal"] = "The term extends itself unless somebody acts; note the notice date.",
        ["exclusivity"] = "The choice of partners is restricted.",
        ["confidentiality"] = "Information must be kept secret; check how long and who is bound.",
        ["safety"] = "An incident or failure is described; check cause and follow-up.",
        ["delay"] = "A schedule is missed or may be; check the effect on dependent dates.",
        ["shortfall"] = "A result lies below what was planned.",
    };

    public static IEnumerable<Fact> Risks(IReadOnlyList<Fact> quoted, IReadOnlyList<Fact> amounts)
    {
        var exposures =
            from fact in quoted
            let quote = fact.Text(FactField.Quote)!
            from exposure in ClauseReader.Find(quote)
            select (exposure.Topic, exposure.Severity, Quote: quote);
        var distinct = exposures.DistinctBy(e => e.Topic).DistinctBy(e => e.Quote).OrderBy(e => Rank(e.Severity));
        var risks = distinct.Select(e => Risk($"{Capital(e.Topic)}: {Meaning[e.Topic]}", e.Topic, e.Severity, e.Quote)).ToList();
        if (amounts.Where(a => a.Number(FactField.Value) >= LargeAmount && a.Text(FactField.Quote) is not null).MaxBy(a => a.Number(FactField.Value)) is { } large)
        {
            risks.Insert(0, Risk($"Large amount: {Reasoner.Money(large)}{(large.Text(FactField.Label) is { Length: > 0 } label ? $" ({label})" : "")}.", "large amount", "high", large.Text(FactField.Quote)!));
        }

        return risks;
    }

    public static IEnumerable<Fact> Ambiguities(IReadOnlyList<Fact> quoted) =>
        (from fact in quoted
         let quote = fact.Text(FactField.Quote)!
         let term = ClauseReader.VagueTerm(quote)
         where term is not null
         select Fact.Of(FactKind.Ambiguity, quote, (FactField.Text, $"\"{term}\" is not measurable; two readers may apply it differently."), (FactField.Label, term)))
        .DistinctBy(a => a.Text(FactField.Label));

    static Fact Risk(string text, string topic, string severity, string quote) =>
        Fact.Of(FactKind.Risk, quote, (FactField.Text, text), (FactField.Label, topic), (FactField.Severity, severity));

    static int Rank(string severity) => severity switch { "high" => 0, "medium" => 1, _ => 2 };

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
