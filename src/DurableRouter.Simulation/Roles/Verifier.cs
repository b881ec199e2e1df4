using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DurableRouter.Simulation.Answering;
using DurableRouter.Simulation.Reading;

namespace DurableRouter.Simulation.Roles;

/// <summary>Looks up each quote, amount and date of the claims in the source.</summary>
static partial class Verifier
{
    public static Findings Read(SimulatedPrompt prompt)
    {
        var claims = Claims(prompt);
        var source = prompt.Fields.Where(f => f != claims).OrderByDescending(f => f.Name is "source" or "text" or "document").ThenByDescending(f => f.Content.Length)
            .FirstOrDefault()?.Content ?? "";
        var tree = claims is null ? null : LooseJson.Container(claims.Content) ?? JsonValue.Create(claims.Content);
        var issues = Quotes(tree, source).Concat(Amounts(tree, source)).Concat(Dates(tree, source))
            .DistinctBy(i => (i.Claim, i.Problem))
            .Select(i => Fact.Of(FactKind.Issue, i.Claim, (FactField.Claim, i.Claim), (FactField.Problem, i.Problem), (FactField.Text, $"{i.Claim}: {i.Problem}")));
        return new Findings { [FactKind.Issue] = issues.ToList(), Confidence = source.Length == 0 ? 0.3 : 0.93 };
    }

    /// <summary>The verdict on the issues that the model found (and did not miss).</summary>
    public static void Conclude(Findings findings)
    {
        var passed = findings[FactKind.Issue].Count == 0;
        findings.Values[FindingName.Verdict] = passed ? "pass" : "fail";
        findings.Values[FindingName.Passed] = passed;
    }

    /// <summary>A judge's score: what the issues that it found leave of a good answer. Rubrics are beyond a reader by rules.</summary>
    public static void Score(Findings findings) => findings.Confidence = 0.95 - 0.25 * findings[FactKind.Issue].Count;

    static SimulatedField? Claims(SimulatedPrompt prompt) =>
        prompt.Fields.FirstOrDefault(f => f.Name is "claims" or "answer" or "judged_answer")
        ?? prompt.Fields.FirstOrDefault(f => LooseJson.Container(f.Content) is not null)
        ?? prompt.Fields.MinBy(f => f.Content.Length);

    static IEnumerable<(string Claim, string Problem)> Quotes(JsonNode? claims, string source)
    {
        var text = Plain(source);
        return from s in LooseJson.Strings(claims)
               where PropertyMeaning.Words(s.Property) is [.., "quote" or "evidence" or "citation" or "excerpt"] && s.Text.Trim().Length > 0
               where !text.Contains(Plain(s.Text), StringComparison.Ordinal)
               select (s.Text, "This quote does not stand in the source.");
    }

    static IEnumerable<(string Claim, string Problem)> Amounts(JsonNode? claims, string source)
    {
        var known = MoneyReader.Read(SourceText.Sentences(source)).Select(a => a.Number(FactField.Value)!.Value).ToHashSet();
        known.UnionWith(AnyNumber().Matches(source)
            .Select(m => decimal.TryParse(m.Value.Replace(",", ""), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) ? n : -1));
        var written = LooseJson.Strings(claims).SelectMany(s => MoneyReader.Read([new Sentence(s.Text, SentenceKind.Prose)]))
            .Select(a => (a.Text(FactField.Text)!, Value: a.Number(FactField.Value)!.Value));
        return written.Concat(Figures(claims)).Where(a => !known.Contains(a.Value))
            .Select(a => (a.Item1, "This amount does not occur in the source."));
    }

    static IEnumerable<(string Claim, string Problem)> Dates(JsonNode? claims, string source)
    {
        var text = SourceText.Collapse(source);
        var known = DateReader.Mentions(text).Concat(DateReader.Mentions(text, monthFirst: true)).Select(d => d.Date).ToHashSet();
        return LooseJson.Strings(claims).SelectMany(s => DateReader.Mentions(s.Text)).Where(d => !known.Contains(d.Date))
            .Select(d => (DateReader.Iso(d.Date), "This date does not occur in the source."));
    }

    /// <summary>Numbers that stand beside a currency in one object.</summary>
    static IEnumerable<(string Claim, decimal Value)> Figures(JsonNode? node) => node switch
    {
        JsonObject o => o.Where(p => p.Value?.GetValueKind() == JsonValueKind.Number && o.Any(c => PropertyMeaning.Words(c.Key) is [.., "currency"]))
            .Select(p => (Value: decimal.Parse(p.Value!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture), Currency: Currency(o)))
            .Select(p => ($"{p.Currency} {p.Value.ToString(CultureInfo.InvariantCulture)}".Trim(), p.Value))
            .Concat(o.SelectMany(p => Figures(p.Value))),
        JsonArray a => a.SelectMany(Figures),
        _ => [],
    };

    static string Currency(JsonObject o) =>
        o.First(c => PropertyMeaning.Words(c.Key) is [.., "currency"]).Value is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : "";

    static string Plain(string text) => SourceText.Collapse(text).Replace('’', '\'').Replace('“', '"').Replace('”', '"');

    [GeneratedRegex(@"\d[\d,]*(?:\.\d+)?")]
    private static partial Regex AnyNumber();
}
