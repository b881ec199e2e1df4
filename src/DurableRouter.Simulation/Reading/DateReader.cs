using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Reading;

/// <summary>A calendar date and the place where it is written.</summary>
readonly record struct DateMention(DateOnly Date, int Index, int Length, bool DayAndMonthUnclear);

/// <summary>Dates with a year: ISO and other year-first numbers, written out in English, and in numbers with dots or slashes.</summary>
static partial class DateReader
{
    /// <summary>Words that may stand between a date and the preposition that belongs to it: "from Monday the".</summary>
    const int PrepositionReach = 2;

    static readonly string[] Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public static IEnumerable<Fact> Read(IReadOnlyList<Sentence> sentences)
    {
        var monthFirst = MonthFirst(string.Join('\n', sentences.Select(s => s.Text)));
        foreach (var sentence in sentences)
        {
            foreach (var mention in Mentions(sentence.Text, monthFirst))
            {
                yield return Fact.Of(
                    FactKind.Date,
                    sentence.QuoteAround(mention.Index),
                    (FactField.Date, Iso(mention.Date)),
                    (FactField.Label, Label(sentence, mention.Index)),
                    (FactField.Text, sentence.Text.Substring(mention.Index, mention.Length)));
            }
        }
    }

    /// <summary>The dates of one text in its order. Numbers with slashes are day first unless the text shows otherwise.</summary>
    public static IEnumerable<DateMention> Mentions(string text, bool monthFirst = false) =>
        Written().Matches(text).Select(m => Mention(m, monthFirst)).OfType<DateMention>();

    /// <summary>True when a slash date of the text can only be read with the month first, and none with the day first.</summary>
    public static bool MonthFirst(string text)
    {
        var slashed = Slashed().Matches(text).Select(m => (A: int.Parse(m.Groups["a"].Value, CultureInfo.InvariantCulture), B: int.Parse(m.Groups["b"].Value, CultureInfo.InvariantCulture))).ToList();
        return slashed.Any(d => d.B > 12) && !slashed.Any(d => d.A > 12);
    }

    public static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static DateMention? Mention(Match m, bool monthFirst)
    {
        var year = int.Parse(m.Groups["y"].Value, CultureInfo.InvariantCulture);
        int month, day;
        var unclear = false;
        if (m.Groups["m"].Success)
        {
            day = int.Parse(m.Groups["d"].Value, CultureInfo.InvariantCulture);
            month = int.TryParse(m.Groups["m"].Value, CultureInfo.InvariantCulture, out var number)
                ? number
                : Array.IndexOf(Months, m.Groups["m"].Value[..3].ToLowerInvariant()) + 1;
        }
        else
        {
            var a = int.Parse(m.Groups["a"].Value, CultureInfo.InvariantCulture);
            var b = int.Parse(m.Groups["b"].Value, CultureInfo.InvariantCulture);
            var swap = b > 12 || (monthFirst && a <= 12);
            (day, month) = swap ? (b, a) : (a, b);
            unclear = a <= 12 && b <= 12 && a != b;
        }

        return year is >= 1900 and <= 2199 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateMention(new DateOnly(year, month, day), m.Index, m.Length, unclear)
            : null;
    }

    static string Label(Sentence sentence, int index)
    {
        if (sentence.Kind is SentenceKind.Labelled or SentenceKind.Row && sentence.LabelAt(index) is { Length: > 0 } label && label.Length < index)
        {
            return label;
        }

        var before = sentence.Text[Math.Max(0, index - 90)..index];
        var word = Purpose().Matches(before).LastOrDefault(m => !m.Groups["preposition"].Success || Words(before[(m.Index + m.Length)..]) <= PrepositionReach);
        return word?.Value.ToLowerInvariant() ?? "";
    }

    static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    const string Month = @"(?<m>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)";

    [GeneratedRegex(
        @"(?<![\d./\-])(?<y>\d{4})(?<s>[-/.])(?<m>\d{2})\k<s>(?<d>\d{2})(?![\d/\-])"
        + @"|\b(?<d>\d{1,2})(?:st|nd|rd|th)?(?: day)?(?: of)? " + Month + @"\.?,? (?<y>\d{4})\b"
        + @"|\b" + Month + @"\.? (?<d>\d{1,2})(?:st|nd|rd|th)?,? (?<y>\d{4})\b"
        + @"|(?<![\d.])(?<d>\d{1,2})\. ?(?<m>\d{1,2})\. ?(?<y>\d{4})(?!\d)"
        + @"|(?<![\d/])(?<a>\d{1,2})/(?<b>\d{1,2})/(?<y>\d{4})(?![\d/])",
        RegexOptions.IgnoreCase)]
    private static partial Regex Written();

    [GeneratedRegex(@"(?<![\d/])(?<a>\d{1,2})/(?<b>\d{1,2})/\d{4}(?![\d/])")]
    private static partial Regex Slashed();

    [GeneratedRegex(@"(?i)\b(?:effective date|effective|commencement date|commence[sd]?|start(?:s|ing)?|begin(?:s|ning)?|dated|signed|entered into|issued?|invoice|due|no later than|on or before|deadline|expires?|expiry|terminat(?:es?|ion)|until|ends?|ending|deliver(?:y|ed)?|complet(?:e|ed|ion)|accepted|acceptance|meeting|met|received|reported|published|renewal|(?<preposition>before|by|since|from|through)|review|audit|payment|paid|opened|closed)\b")]
    private static partial Regex Purpose();
}
