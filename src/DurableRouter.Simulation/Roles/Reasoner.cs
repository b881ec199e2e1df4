using System.Globalization;
using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Roles;

/// <summary>Draws obligations, deadlines, risks and ambiguities from extracted facts. What it cites are the facts' own quotes.</summary>
static class Reasoner
{
    const int MostDuties = 12;
    const int MostRisks = 8;
    const int MostAmbiguities = 6;

    public static Findings Read(SimulatedPrompt prompt)
    {
        var sheets = prompt.Fields.Select(f => LooseJson.Container(f.Content)).OfType<System.Text.Json.Nodes.JsonNode>().ToList();
        var facts = sheets.Count > 0 ? FactSheet.Read(new System.Text.Json.Nodes.JsonArray(sheets.ToArray())) : DocumentReader.Read(Extractor.Text(prompt));
        foreach (var kind in facts.Kinds.ToList())
        {
            facts[kind] = facts[kind].Where(f => !Disputed(f, prompt.Issues)).ToList();
        }

        // Letters and memos pass between people.
        if (facts[FactKind.Party].Count < 2)
        {
            facts[FactKind.Party] = [.. facts[FactKind.Party], .. facts[FactKind.Person].Select(p => p with { Kind = FactKind.Party })];
        }

        var quoted = facts.Kinds.SelectMany(k => facts[k]).Where(f => f.Text(FactField.Quote) is not null).DistinctBy(f => f.Text(FactField.Quote)).ToList();
        facts[FactKind.Obligation] = facts[FactKind.Obligation].OrderByDescending(Weight).Take(MostDuties).ToList();
        facts[FactKind.Deadline] = facts[FactKind.Deadline].Take(MostDuties).ToList();
        facts[FactKind.Risk] = RiskReader.Risks(quoted, facts[FactKind.Amount]).Take(MostRisks).ToList();
        facts[FactKind.Ambiguity] = RiskReader.Ambiguities(quoted).Take(MostAmbiguities).ToList();
        facts.Values[FindingName.Summary] = Summary(facts);
        facts.Confidence = quoted.Count < 3 ? 0.45 : 0.94 - (0.01 * facts[FactKind.Ambiguity].Count);
        return facts;
    }

    /// <summary>
    /// True when a complaint cites this fact as it was given. The reasoner can't look into the source, so it leaves out what it can't support.
    /// </summary>
    static bool Disputed(Fact fact, IReadOnlyList<string> issues) =>
        fact.Text(FactField.Quote) is { Length: > 0 } quote && issues.Any(i => SourceText.Collapse(i).Contains(SourceText.Collapse(quote), StringComparison.Ordinal))
        || fact.Number(FactField.Value) is { } value && issues.Any(i => MoneyReader.Read(SourceText.Sentences(i)).Any(a => a.Number(FactField.Value) == value))
        || fact.Text(FactField.Date) is { } date && issues.Any(i => i.Contains(date, StringComparison.Ordinal));

    static int Weight(Fact duty)
    {
        var quote = duty.Text(FactField.Quote) ?? "";
        return (ClauseReader.Find(quote).Any() ? 2 : 0) + (duty.Text(FactField.Period) is null ? 0 : 1) + (quote.Any(char.IsDigit) ? 1 : 0);
    }

    static string Summary(Findings facts)
    {
        var parts = new List<string>();
        if (facts.Values.GetValueOrDefault(FindingName.Title) is string { Length: > 0 } title)
        {
            parts.Add(title.TrimEnd('.') + ".");
        }

        var parties = facts[FactKind.Party].Select(p => p.Text(FactField.Name)).OfType<string>().Take(3).ToList();
        if (parties.Count > 0)
        {
            parts.Add($"Parties: {string.Join(", ", parties).TrimEnd('.')}.");
        }

        if (facts[FactKind.Amount].Where(a => a.Number(FactField.Value) is not null).MaxBy(a => a.Number(FactField.Value)) is { } largest)
        {
            parts.Add($"Largest amount: {Money(largest)}.");
        }

        parts.Add($"{Count(facts[FactKind.Obligation], "obligation")}, {Count(facts[FactKind.Deadline], "deadline")}, "
            + $"{Count(facts[FactKind.Risk], "risk")}, {Count(facts[FactKind.Ambiguity], "ambiguity", "ambiguities")}.");
        return string.Join(' ', parts);
    }

    /// <summary>With cents, where the currency has any.</summary>
    public static string Money(Fact amount) => amount.Text(FactField.Currency) is var currency && amount.Number(FactField.Value) is { } value
        ? $"{currency} {value.ToString(currency == "JPY" ? "#,##0" : "#,##0.00", CultureInfo.InvariantCulture)}".Trim()
        : "";

    static string Count(IReadOnlyList<Fact> facts, string one, string? many = null) => $"{facts.Count} {(facts.Count == 1 ? one : many ?? one + "s")}";
}
