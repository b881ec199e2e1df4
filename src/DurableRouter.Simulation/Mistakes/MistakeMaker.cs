using System.Globalization;
using System.Text.Json.Nodes;
using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Mistakes;

/// <summary>Spoils an answer as a model of this skill would. Each opportunity draws for itself.</summary>
sealed class MistakeMaker(int skill, SeededRolls rolls, IReadOnlySet<Mistake> avoided)
{
    const double ConfidenceLost = 0.04;

    public bool Makes(Mistake mistake, string opportunity) =>
        !avoided.Contains(mistake) && rolls.Unit($"{mistake}/{opportunity}") < MistakeRates.Of(mistake, skill);

    /// <summary>Spoils facts in place. A model that errs is a little less sure of itself, as real ones are on average.</summary>
    public void Spoil(Findings findings)
    {
        foreach (var kind in findings.Kinds.ToList())
        {
            var spoilt = findings[kind].Select((f, i) => Spoil(f, $"{kind}/{i}")).OfType<Fact>().ToList();
            var changes = findings[kind].Count - spoilt.Count(findings[kind].Contains);
            findings[kind] = spoilt;
            findings.Confidence -= changes * ConfidenceLost;
        }
    }

    /// <summary>Forgets one property of the answer.</summary>
    public void Forget(JsonObject answer)
    {
        if (answer.Count > 0 && Makes(Mistake.MissingField, "answer"))
        {
            answer.Remove(answer.Select(p => p.Key).ElementAt(rolls.Index("forgotten", answer.Count)));
        }
    }

    /// <summary>Wraps the JSON in a code fence or in a sentence before and after.</summary>
    public string Wrap(string json) => !Makes(Mistake.Wrapped, "answer") ? json
        : rolls.Unit("wrapping") < 0.5 ? $"```json\n{json}\n```"
        : $"Here is the result you asked for:\n\n{json}\n\nLet me know if you need anything else.";

    Fact? Spoil(Fact fact, string key)
    {
        if (Makes(Mistake.MissedItem, key))
        {
            return null;
        }

        if (fact.Text(FactField.Quote) is { } quote && Makes(Mistake.Misquote, key))
        {
            fact = fact.With(FactField.Quote, Misquote(quote, key));
        }

        if (fact.Number(FactField.Value) is { } value && Makes(Mistake.DroppedDigit, key))
        {
            fact = fact.With(FactField.Value, DropDigit(value, key));
        }

        return fact.Text(FactField.Date) is { } date && Makes(Mistake.DayMonthSwap, key) ? fact.With(FactField.Date, Swap(date)) : fact;
    }

    string Misquote(string quote, string key)
    {
        var words = quote.Split(' ');
        if (words.Length < 3)
        {
            return quote + " etc.";
        }

        // A word inside is doubled up with a hedge, which no source has at this place, or the modal verb is softened.
        var modal = Array.FindIndex(words, w => w is "shall" or "must" or "will");
        var at = modal >= 0 ? modal : 1 + rolls.Index($"word/{key}", words.Length - 2);
        words[at] = modal >= 0 ? "should normally" : "generally " + words[at];
        return string.Join(' ', words);
    }

    decimal DropDigit(decimal value, string key)
    {
        var digits = value.ToString(CultureInfo.InvariantCulture);
        var whole = digits.Split('.')[0];
        if (whole.Length < 2)
        {
            return value * 10;
        }

        return decimal.Parse(digits.Remove(rolls.Index($"digit/{key}", whole.Length), 1), CultureInfo.InvariantCulture);
    }

    static string Swap(string date) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var d) && d.Day <= 12
            ? DateReader.Iso(new DateOnly(d.Year, d.Day, d.Month))
            : date;
}
