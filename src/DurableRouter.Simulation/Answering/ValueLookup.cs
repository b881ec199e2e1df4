using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Answering;

/// <summary>Finds the value for the words of a property: inside one fact, or among all findings.</summary>
sealed class ValueLookup(Findings findings)
{
    /// <summary>The facts that an array property asks for.</summary>
    public IReadOnlyList<Fact> List(IReadOnlyList<string> words)
    {
        var kind = PropertyMeaning.Kind(words) ?? (words.Contains("item") || words.Contains("line") ? FactKind.Amount : null);
        if (kind is FactKind.Point && findings[FactKind.Point].Count == 0)
        {
            return findings.Kinds.SelectMany(k => findings[k]).ToList();
        }

        return kind is { } known ? findings[known] : [];
    }

    public string? Text(IReadOnlyList<string> words, Fact? fact, bool date)
    {
        if (fact is not null)
        {
            return InFact<string>(words, fact, v => v is string { Length: > 0 } s && (!date || IsDate(s)) ? s : null)
                ?? (words.Count == 0 ? fact.Text(FactField.Quote) : null);
        }

        if (PropertyMeaning.Value(words) is { } name && findings.Values.GetValueOrDefault(name) is string value)
        {
            return value;
        }

        if (words.Count > 0 && words[^1] == "currency")
        {
            return FactChoice.Best(findings, FactKind.Amount, words.Take(words.Count - 1).ToList())?.Text(FactField.Currency);
        }

        if (PropertyMeaning.Kind(words) is not { } kind)
        {
            return null;
        }

        var chosen = FactChoice.Best(findings, kind, words)
            ?? (kind == FactKind.Person && words.Contains("name") ? FactChoice.Best(findings, FactKind.Party, words) : null);
        return chosen is null ? null
            : date ? chosen.Text(FactField.Date)
            : chosen.Text(PropertyMeaning.Principal(kind)) ?? chosen.Text(FactField.Text);
    }

    public decimal? Number(IReadOnlyList<string> words, Fact? fact)
    {
        if (fact is not null)
        {
            return words.Contains("confidence")
                ? (decimal)findings.Confidence
                : InFact<decimal?>(words, fact, v => v as decimal?) ?? (words.Count == 0 ? fact.Number(FactField.Value) : null);
        }

        if (PropertyMeaning.Value(words) is { } name && findings.Values.GetValueOrDefault(name) is decimal value)
        {
            return value;
        }

        if (words.Contains("count") && PropertyMeaning.Kind(words.Where(w => w != "count").ToList()) is { } counted)
        {
            return findings[counted].Count;
        }

        return PropertyMeaning.Kind(words) == FactKind.Amount
            ? FactChoice.Best(findings, FactKind.Amount, words)?.Number(FactField.Value)
            : null;
    }

    /// <summary>Yes or no where the findings say so: a verdict, or whether there is any of a kind (`hasPenalties`).</summary>
    public bool? Boolean(IReadOnlyList<string> words)
    {
        if (words.Count > 1 && words[0] is "has" or "have" or "contain" or "include" or "any" && PropertyMeaning.Kind(words.Skip(1).ToList()) is { } kind)
        {
            return findings[kind].Count > 0;
        }

        return PropertyMeaning.Value(words) is FindingName.Passed or FindingName.Verdict
            && findings.Values.GetValueOrDefault(FindingName.Passed) is bool passed ? passed : null;
    }

    static T? InFact<T>(IReadOnlyList<string> words, Fact fact, Func<object, T?> fits)
    {
        var fields = words.Count == 0 ? [PropertyMeaning.Principal(fact.Kind), FactField.Text] : PropertyMeaning.FieldsFor(words, fact.Kind);
        return fields.Select(f => fact.Fields.GetValueOrDefault(f)).OfType<object>().Select(fits).FirstOrDefault(v => v is not null);
    }

    static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _);
}
