using System.Text.RegularExpressions;
using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Answering;

/// <summary>What the name of a schema property asks for, by everyday synonyms.</summary>
static partial class PropertyMeaning
{
    static readonly Dictionary<string, FactKind> Kinds = Table(
        (FactKind.Party, "party company organisation organization vendor supplier seller provider customer client buyer counterparty signatory entity landlord tenant lender borrower issuer recipient sender licensor licensee"),
        (FactKind.Person, "person people human contact attendee participant employee author signer individual name"),
        (FactKind.Date, "date day timeline event milestone time"),
        (FactKind.Amount, "amount payment price fee cost sum money figure charge total subtotal value tax vat rent deposit salary budget balance penalty"),
        (FactKind.Obligation, "obligation duty commitment requirement action task todo responsibility promise"),
        (FactKind.Deadline, "deadline due expiry"),
        (FactKind.Reference, "reference number identifier id ref"),
        (FactKind.Clause, "clause term provision condition"),
        (FactKind.Risk, "risk concern flag threat exposure warning tag"),
        (FactKind.Ambiguity, "ambiguity question uncertainty unclarity unclear gap"),
        (FactKind.Issue, "issue problem error defect finding fault"),
        (FactKind.Point, "point bullet highlight sentence takeaway key section quote evidence citation excerpt"));

    static readonly Dictionary<string, string> Fields = Table(
        (FactField.Quote, "quote evidence excerpt citation source verbatim span"),
        (FactField.Value, "value amount price total sum cost fee figure"),
        (FactField.Currency, "currency"),
        (FactField.Date, "date day on when iso due"),
        (FactField.Name, "name party person company organisation organization"),
        (FactField.Role, "role capacity title position job"),
        (FactField.Label, "label kind type purpose category topic what for subject about"),
        (FactField.Text, "text description detail statement summary wording phrase content note explanation term what"),
        (FactField.Actor, "actor who obligor responsible owner debtor assignee by party"),
        (FactField.Period, "period within relative duration due deadline"),
        (FactField.Number, "number reference id identifier no"),
        (FactField.Severity, "severity level priority impact likelihood"),
        (FactField.Claim, "claim"),
        (FactField.Problem, "problem issue reason why explanation"));

    static readonly Dictionary<string, string> Values = Table(
        (FindingName.Title, "title subject heading headline"),
        (FindingName.Summary, "summary abstract overview synopsis conclusion"),
        (FindingName.Text, "text content answer draft message body output result report response"),
        (FindingName.Category, "category type kind class label classification"),
        (FindingName.Complexity, "complexity difficulty"),
        (FindingName.Confidence, "confidence certainty probability score"),
        (FindingName.Verdict, "verdict decision outcome status"),
        (FindingName.Passed, "passed pass valid ok approved verified grounded correct"));

    /// <summary>The lower-case singular words of a camelCase, snake_case or kebab-case name.</summary>
    public static IReadOnlyList<string> Words(string name) =>
        Word().Matches(name).Select(m => Singular(m.Value.ToLowerInvariant())).ToList();

    /// <summary>The kind of fact that the words ask for; the last word counts most (`paymentDate` is a date).</summary>
    public static FactKind? Kind(IReadOnlyList<string> words)
    {
        // `supplierName` asks for a party and not for a person: "name" says nothing beside a better word.
        var telling = words.Count > 1 && words[^1] == "name" ? words.Take(words.Count - 1).ToList() : words;
        return Last(telling, w => Kinds.TryGetValue(w, out var kind) ? kind : (FactKind?)null);
    }

    /// <summary>The name of the whole answer's value that the words ask for.</summary>
    public static string? Value(IReadOnlyList<string> words) => Last(words, Values.GetValueOrDefault);

    /// <summary>The fields of a fact that may answer the words, the likeliest first.</summary>
    public static IEnumerable<string> FieldsFor(IReadOnlyList<string> words, FactKind kind)
    {
        foreach (var word in words.Reverse())
        {
            if (Kinds.TryGetValue(word, out var asked) && asked == kind)
            {
                yield return Principal(kind);
            }

            foreach (var field in Fields.Where(f => f.Key == word || f.Key.StartsWith(word + "/", StringComparison.Ordinal)))
            {
                yield return field.Value;
            }
        }
    }

    /// <summary>The field that stands for the whole fact where only one value fits.</summary>
    public static string Principal(FactKind kind) => kind switch
    {
        FactKind.Party or FactKind.Person => FactField.Name,
        FactKind.Date => FactField.Date,
        FactKind.Amount => FactField.Value,
        FactKind.Reference => FactField.Number,
        FactKind.Issue => FactField.Problem,
        _ => FactField.Text,
    };

    static T? Last<T>(IReadOnlyList<string> words, Func<string, T?> meaning) =>
        words.Reverse().Select(meaning).FirstOrDefault(m => m is not null);

    // A word may mean two fields ("due" is a date or a period): the second is kept under "due/2" and so on.
    static Dictionary<string, T> Table<T>(params (T Meaning, string Words)[] rows)
    {
        var table = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (meaning, words) in rows)
        {
            foreach (var word in words.Split(' '))
            {
                var key = word;
                for (var n = 2; !table.TryAdd(key, meaning); n++)
                {
                    key = $"{word}/{n}";
                }
            }
        }

        return table;
    }

    static string Singular(string word) => word switch
    {
        "people" or "address" or "status" or "previous" or "class" => word,
        _ when word.EndsWith("ies", StringComparison.Ordinal) => word[..^3] + "y",
        _ when word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) => word[..^1],
        _ => word,
    };

    [GeneratedRegex(@"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\d+")]
    private static partial Regex Word();
}
