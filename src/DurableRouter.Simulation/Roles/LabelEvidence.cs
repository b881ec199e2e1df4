using System.Text.RegularExpressions;
using DurableRouter.Simulation.Answering;

namespace DurableRouter.Simulation.Roles;

/// <summary>How strongly a text speaks for a label: by its usual words and forms where the label is known, else by the label's own words.</summary>
static partial class LabelEvidence
{
    const int Saturation = 3;

    public static double Score(string label, string text)
    {
        var words = PropertyMeaning.Words(label);
        var own = words.Sum(w => Math.Min(Saturation, Occurrences(w, text)));
        var known = label.ToLowerInvariant() switch
        {
            "contract" or "agreement" => Weigh(text, (2, ContractForms()), (1, ContractWords())) + Head(text, ContractTitle()),
            "invoice" or "bill" => Weigh(text, (2, InvoiceForms()), (1, InvoiceWords())) + Head(text, InvoiceTitle()),
            "letter" => Weigh(text, (3, LetterForms()), (1, LetterWords())),
            "report" => Weigh(text, (2, ReportForms()), (1, ReportWords())) + Head(text, ReportTitle()),
            "memo" or "memorandum" => Weigh(text, (2, MemoForms())) + Head(text, MemoTitle()),
            _ => 0,
        };
        return known + (0.5 * own);
    }

    static double Weigh(string text, params ReadOnlySpan<(double Weight, Regex Evidence)> all)
    {
        var score = 0.0;
        foreach (var (weight, evidence) in all)
        {
            score += weight * evidence.Matches(text).Select(m => m.Value.ToLowerInvariant()).Distinct().Take(2 * Saturation).Count();
        }

        return score;
    }

    static double Head(string text, Regex title) => title.IsMatch(text[..Math.Min(text.Length, 400)]) ? 6 : 0;

    static int Occurrences(string word, string text)
    {
        var stem = word.Length > 5 ? word[..^2] : word;
        return Regex.Count(text, $@"\b{Regex.Escape(stem)}", RegexOptions.IgnoreCase);
    }

    [GeneratedRegex(@"(?i)\b(?:this agreement|by and between|entered into|in witness whereof|governing law|hereinafter|(?:the )?parties (?:agree|have agreed)|effective date|severability|entire agreement)\b")]
    private static partial Regex ContractForms();

    [GeneratedRegex(@"(?i)\b(?:shall|herein|thereof|clause|term and termination|indemnif\w+|warrant\w+|confidential information|whereas)\b")]
    private static partial Regex ContractWords();

    [GeneratedRegex(@"(?im)^\W*(?:[\w\- ]+ )?(?:agreement|contract|lease|terms of service)\b[^\n]{0,40}$")]
    private static partial Regex ContractTitle();

    [GeneratedRegex(@"(?i)\b(?:invoice (?:no|number|date|total)|bill(?:ed)? to|amount due|subtotal|sub-total|total due|balance due|unit price|due date|remit(?:tance)?|payment terms)\b")]
    private static partial Regex InvoiceForms();

    [GeneratedRegex(@"(?i)\b(?:VAT|qty|quantity|IBAN|BIC|sort code|sales tax|net \d+|purchase order)\b")]
    private static partial Regex InvoiceWords();

    [GeneratedRegex(@"(?im)^\W*(?:tax |pro forma |proforma )?invoice\b")]
    private static partial Regex InvoiceTitle();

    [GeneratedRegex(@"(?im)^\s*(?:dear [^\n]{2,60}|yours (?:sincerely|faithfully|truly)|(?:kind |best )?regards,?|sincerely(?: yours)?,?|to whom it may concern)")]
    private static partial Regex LetterForms();

    [GeneratedRegex(@"(?i)\b(?:I am writing|we are writing|thank you for your|look forward to|please do not hesitate|with reference to your|enclosed)\b")]
    private static partial Regex LetterWords();

    [GeneratedRegex(@"(?i)\b(?:executive summary|findings|methodology|recommendations?|conclusions?|this report|appendix|key results|root cause|figure \d+|table \d+)\b")]
    private static partial Regex ReportForms();

    [GeneratedRegex(@"(?i)\b(?:quarter|compared with|increase[ds]?|decrease[ds]?|measured|survey|analysis|per cent|on average|trend)\b")]
    private static partial Regex ReportWords();

    [GeneratedRegex(@"(?im)^\W*[^\n]{0,40}\breport\b[^\n]{0,40}$")]
    private static partial Regex ReportTitle();

    [GeneratedRegex(@"(?im)^\s*(?:to|from|cc|re|subject|date)\s*:|\bmemo(?:randum)?\b|\bdistribution:|\ball staff\b|\beffective immediately\b|\bplease note\b")]
    private static partial Regex MemoForms();

    [GeneratedRegex(@"(?im)^\W*(?:internal |office )?memo(?:randum)?\b")]
    private static partial Regex MemoTitle();
}
