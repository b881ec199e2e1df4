using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Reading;

/// <summary>Amounts of money: a currency before or after a number, in English and continental notation, and the bare figures of tables.</summary>
static partial class MoneyReader
{
    const int HeadingLength = 70;

    static readonly Dictionary<string, string> Codes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["$"] = "USD", ["US$"] = "USD", ["€"] = "EUR", ["£"] = "GBP", ["¥"] = "JPY", ["C$"] = "CAD", ["A$"] = "AUD",
        ["dollar"] = "USD", ["US dollar"] = "USD", ["euro"] = "EUR", ["pound"] = "GBP", ["pound sterling"] = "GBP", ["Swiss franc"] = "CHF",
        ["franc"] = "CHF",
    };

    /// <summary>The amounts of a document in its order, each sentence's own label with it.</summary>
    public static IEnumerable<Fact> Read(IReadOnlyList<Sentence> sentences)
    {
        var only = OnlyCurrency(sentences);
        string? declared = null;
        foreach (var sentence in sentences)
        {
            declared = Declared(sentence) ?? declared;
            foreach (var amount in Read(sentence, declared, only))
            {
                yield return amount;
            }
        }
    }

    /// <summary>Bare figures are money below a declared currency; elsewhere only with two decimals or beside a word for money.</summary>
    static IEnumerable<Fact> Read(Sentence sentence, string? declared, string? only)
    {
        var common = declared ?? only;
        var figures = Figure().Matches(sentence.Cells).ToList();
        if (figures.Count == 0 && sentence.Kind is SentenceKind.Row or SentenceKind.Labelled)
        {
            var monetary = declared is not null || Money().IsMatch(sentence.Label);
            figures = BareFigure().Matches(sentence.Cells).Where(m => monetary || (only is not null && Cents().IsMatch(m.Value))).ToList();
        }

        foreach (var m in figures)
        {
            var currency = m.Groups["currency"].Success ? Code(m.Groups["currency"].Value) : common;
            if (Value(m.Groups["number"].Value, m.Groups["scale"].Value) is { } value)
            {
                yield return Fact.Of(
                    FactKind.Amount,
                    sentence.QuoteAround(m.Index),
                    (FactField.Value, value),
                    (FactField.Currency, currency),
                    (FactField.Label, Label(sentence, m.Index)),
                    (FactField.Text, SourceText.Collapse(m.Value)));
            }
        }
    }

    /// <summary>The currency that a sentence sets for the figures after it: in words, or as a table's heading without figures.</summary>
    static string? Declared(Sentence sentence) =>
        Declaration().Match(sentence.Text) is { Success: true } declaration ? Code(declaration.Groups["currency"].Value)
        : sentence.Text.Length <= HeadingLength && !sentence.Text.Any(char.IsDigit) && HeadingCurrency().Match(sentence.Text) is { Success: true } heading
            ? Code(heading.Value)
            : null;

    static string? OnlyCurrency(IReadOnlyList<Sentence> sentences)
    {
        var used = sentences.SelectMany(s => Figure().Matches(s.Text)).Select(m => Code(m.Groups["currency"].Value)).Distinct().Take(2).ToList();
        return used.Count == 1 ? used[0] : null;
    }

    static string Label(Sentence sentence, int index)
    {
        if (sentence.Kind != SentenceKind.Prose && sentence.Label.Length > 0)
        {
            return sentence.LabelAt(index);
        }

        var before = sentence.Text[Math.Max(0, index - 100)..index];
        var words = Money().Matches(before);
        return words.Count > 0 ? words[^1].Value.ToLowerInvariant() : "";
    }

    static string Code(string currency)
    {
        var name = currency.Trim().TrimEnd('.');
        name = name.Length > 3 && name.EndsWith('s') ? name[..^1] : name;
        name = name.Replace("pounds ", "pound ", StringComparison.OrdinalIgnoreCase);
        return Codes.GetValueOrDefault(name) ?? name.ToUpperInvariant();
    }

    /// <summary>
    /// The last separator is decimal when one or two digits follow it, or when the other separator stands before it; otherwise it
    /// groups thousands.
    /// </summary>
    static decimal? Value(string number, string scale)
    {
        var compact = Blank().Replace(number, "");
        var last = compact.LastIndexOfAny(['.', ',']);
        var fraction = last < 0 ? 0 : compact.Length - last - 1;
        var mixed = last > 0 && compact[..last].Contains(compact[last] == '.' ? ',' : '.');
        var isDecimal = last >= 0 && (fraction is 1 or 2 || mixed || (last == 1 && compact[0] == '0'));
        var digits = new string(compact.Where(char.IsAsciiDigit).ToArray());
        if (isDecimal)
        {
            digits = digits.Insert(digits.Length - fraction, ".");
        }

        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value > 1_000_000_000_000_000m)
        {
            return null;
        }

        var factor = scale.Trim().ToLowerInvariant() switch
        {
            "thousand" or "k" => 1_000m,
            "million" or "m" or "mn" => 1_000_000m,
            "billion" or "bn" => 1_000_000_000m,
            _ => 1m,
        };
        // Division by a one with all decimals drops trailing zeros: 1,200.00 is written 1200.
        return value * factor / 1.0000000000000000000000000000m;
    }

    const string Before = @"US\$|C\$|A\$|[$€£¥]|\b(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|CNY|SGD|HKD|ZAR|MXN|BRL)";
    const string After = @"[$€£¥](?!\d)|(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|CNY|SGD|HKD|ZAR|MXN|BRL|(?:US )?dollars?|euros?|pounds? sterling|pounds?|(?:Swiss )?francs?)\b";
    const string Digits = @"(?<number>\d{1,3}(?:[,.'’\u00A0 ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d))";
    const string Scale = @"(?:[^\S\t]?(?<scale>(?:thousand|million|billion|bn|mn|[kKmM])\b))?";

    [GeneratedRegex("(?:(?<currency>" + Before + @")\s?" + Digits + Scale + ")|(?:(?<![\\w.,])" + Digits + Scale + @"[^\S\t]?(?<currency>" + After + "))")]
    private static partial Regex Figure();

    [GeneratedRegex(@"(?<![\d.,/\-])(?<number>\d{1,3}(?:[,'’]\d{3})+(?:\.\d{2})?|\d+\.\d{2}|\d{1,3}(?:\.\d{3})+,\d{2}|\d+,\d{2})(?!\s?%|[\d/\-]|[.,]\d)(?<scale>)")]
    private static partial Regex BareFigure();

    [GeneratedRegex("(?i:amounts?|prices?|figures|sums|currency)[^.]{0,30}?(?i:are|is|in|:)[^.]{0,20}?(?<currency>" + Before + @"|\b(?:" + After + "))")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?i)\b(?:annual fee|monthly fee|late fee|service fee|fees?|price|rent|security deposit|deposit|amount due|balance due|total due|grand total|subtotal|total|VAT|sales tax|tax|penalty|liquidated damages|damages|cap|liability|insurance|salary|budget|cost|costs|payment|instalments?|installments?|revenue|savings|loss|interest|discount|invoice|credit|advance|retainer|purchase price|grant|spend(?:ing)?|charge|compensation|refund|balance|amount|sum)\b")]
    private static partial Regex Money();

    [GeneratedRegex(Before + @"(?![\p{L}\d])")]
    private static partial Regex HeadingCurrency();

    [GeneratedRegex(@"[.,]\d{2}$")]
    private static partial Regex Cents();

    [GeneratedRegex(@"[\s'’\u00A0]")]
    private static partial Regex Blank();
}
