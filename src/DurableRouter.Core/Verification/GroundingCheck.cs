using System.Text.Json;
using DurableRouter.Core.Pipelines;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Verification;

/// <summary>The <c>source</c> check of a step: every quote in the answer stands in the text that it is about.</summary>
static class GroundingCheck
{
    /// <returns>One sentence for each quote that doesn't stand there; empty when all do.</returns>
    public static List<string> Problems(StepDefinition step, CheckDefinition check, JsonElement answer, AttemptFields data)
    {
        var quotes = QuoteCollector.Collect(answer);
        if (quotes.Count == 0)
        {
            return AsksForQuotes(step.Output) && HasItems(answer) ? ["(root): the answer quotes no passage of the source"] : [];
        }

        return [.. new SourceCheck(Text(check, data)).Check(quotes).Where(f => !f.IsGrounded).Select(f => f.ToString())];
    }

    static string Text(CheckDefinition check, AttemptFields data)
    {
        if (check.In is { } reference)
        {
            return data.Evidence.GetValueOrDefault(reference, "");
        }

        var texts = data.Fields.Where(f => f.IsText).ToList();
        return string.Join("\n\n", (texts.Count > 0 ? texts : data.Fields).Select(f => f.Content));
    }

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
