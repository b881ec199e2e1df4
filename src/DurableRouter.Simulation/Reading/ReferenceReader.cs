using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Reading;

/// <summary>Numbers that identify something: invoices, orders, contracts, accounts.</summary>
static partial class ReferenceReader
{
    public static IEnumerable<Fact> Read(IReadOnlyList<Sentence> sentences) =>
        sentences.SelectMany(s => Reference().Matches(s.Text).Select(m => Fact.Of(
            FactKind.Reference,
            s.QuoteAround(m.Index),
            (FactField.Number, m.Groups["number"].Value),
            (FactField.Label, m.Groups["what"].Value.Trim().ToLowerInvariant()),
            (FactField.Text, m.Value.Trim()))));

    [GeneratedRegex(@"\b(?<what>(?i:invoice|contract|agreement|purchase order|order|P\.?O\.?|our ref|your ref|reference|ref|case|account|IBAN|VAT(?: reg(?:istration)?)?|tax|registration|company|file|report|project|customer|matter|policy|ticket|claim|memo|batch|serial|document|quotation|quote|delivery note))(?i:\s?(?:no\.?|nos\.?|number|id|reg\.?|#|reference))?\s?[:#]?\s(?<number>(?=[A-Z0-9/\-]*\d)(?!\d{1,3}(?![\dA-Z/\-]))(?!\d+[.,]\d)(?!\d{4}-\d{2}-\d{2})(?!(?:19|20)\d{2}(?![\dA-Z/\-]))[A-Z0-9][A-Z0-9/\-]*[A-Z0-9])(?![\p{Ll}])")]
    private static partial Regex Reference();
}
