using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Checks;

/// <summary>The <c>source</c> check of a step: every quote in the answer stands in the text that it is about.</summary>
static class GroundingCheck
{
    const string Between = "\n\n";

    /// <returns>One sentence for each quote that doesn't stand there, and where the others do.</returns>
    public static CheckFindings Run(StepDefinition step, CheckDefinition check, JsonElement answer, AttemptFields data)
    {
        var quotes = QuoteCollector.Collect(answer);
        if (quotes.Count == 0)
        {
            return new CheckFindings(OwesQuote(answer, step.Output, step.Output) ? ["(root): the answer quotes no passage of the source"] : []);
        }

        var texts = Texts(check, data);
        var findings = new SourceCheck(string.Join(Between, texts.Select(t => t.Content))).Check(quotes);
        return new CheckFindings([.. findings.Where(f => !f.IsGrounded).Select(f => f.ToString())],
            [.. findings.Where(f => f.IsGrounded).Take(Citation.MostKept).Select(f => Cite(f, texts))]);
    }

    static List<(string Source, string Content)> Texts(CheckDefinition check, AttemptFields data)
    {
        if (check.In is { } reference)
        {
            return [(reference, data.Evidence.TryGetValue(reference, out var value) ? Excerpt.Content(value, null, null) : "")];
        }

        var texts = data.Fields.Where(f => f.IsText).ToList();
        return [.. (texts.Count > 0 ? texts : data.Fields).Select(f => (f.Source, f.Content))];
    }

    /// <summary>Counts from the beginning of the one text that the passage begins in.</summary>
    static Citation Cite(QuoteFinding finding, List<(string Source, string Content)> texts)
    {
        var (start, at) = (finding.Start, 0);
        while (at + 1 < texts.Count && start >= texts[at].Content.Length + Between.Length)
        {
            start -= texts[at++].Content.Length + Between.Length;
        }

        return new Citation(finding.Pointer, texts[at].Source, start, start + finding.End - finding.Start);
    }

    /// <summary>True when a list whose schema asks for quotes has items. Where the schema points elsewhere, any list of the answer counts.</summary>
    static bool OwesQuote(JsonElement answer, JsonElement schema, JsonElement root) => answer.ValueKind switch
    {
        JsonValueKind.Object => answer.EnumerateObject().Any(p => Property(schema, p.Name) is { } known
            ? OwesQuote(p.Value, known, root)
            : HasItems(p.Value) && AsksForQuotes(root)),
        JsonValueKind.Array => answer.GetArrayLength() > 0 && (AsksForQuotes(schema) || (PointsElsewhere(schema) && AsksForQuotes(root))),
        _ => false,
    };

    static JsonElement? Property(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties)
            && properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var property) ? property : null;

    static bool PointsElsewhere(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.TryGetProperty("$ref", out _) || schema.EnumerateObject().Any(p => PointsElsewhere(p.Value)),
        JsonValueKind.Array => schema.EnumerateArray().Any(PointsElsewhere),
        _ => false,
    };

    static bool AsksForQuotes(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject().Any(p =>
            (p.Name == "properties" && p.Value.ValueKind == JsonValueKind.Object
                && p.Value.EnumerateObject().Any(field => field.Name is "quote" or "evidence")) || AsksForQuotes(p.Value)),
        JsonValueKind.Array => schema.EnumerateArray().Any(AsksForQuotes),
        _ => false,
    };

    static bool HasItems(JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.Object => answer.EnumerateObject().Any(p => HasItems(p.Value)),
        JsonValueKind.Array => answer.GetArrayLength() > 0,
        _ => false,
    };
}
