using System.Text.Json;
using DurableRouter.Core.Configuration;

namespace DurableRouter.Core.Pipelines;

/// <summary>Reads a step's <c>checks</c>: <c>schema</c>, <c>source</c>, <c>{ source: { in: REFERENCE } }</c>,
/// <c>{ confidence: { of: FIELD, atLeast: 0.5 } }</c>.</summary>
static class CheckReader
{
    static readonly string[] Known = ["schema", "source", "confidence"];

    /// <param name="reference">Checks a reference to the input or an earlier step.</param>
    /// <param name="subject">Checks a field of the step's own output.</param>
    public static IReadOnlyList<CheckDefinition> Read(MapReader step, Func<string, int, string, JsonElement?> reference,
        Func<string, int, string, JsonElement?> subject)
    {
        if (!step.Has("checks"))
        {
            step.Optional("checks");
            return [new CheckDefinition("schema")];
        }

        var checks = new List<CheckDefinition>();
        foreach (var item in step.Items("checks"))
        {
            var check = item switch
            {
                ScalarNode { Text: "schema" or "source" } plain => new CheckDefinition(plain.Text),
                ScalarNode { Text: "confidence" } => Complain(step, item.Line, "needs a comparison: { confidence: { of: FIELD, atLeast: 0.5 } }"),
                ScalarNode plain => Unknown(step, item.Line, plain.Text),
                MappingNode { Entries: [var only] } => Detailed(step, only, reference, subject),
                _ => Complain(step, item.Line, $"must be one of {string.Join(", ", Known)}"),
            };
            if (check is not null && checks.Any(c => c.Kind == check.Kind && c.In == check.In))
            {
                Complain(step, item.Line, $"'{check.Kind}' stands twice");
            }
            else if (check is not null)
            {
                checks.Add(check);
            }
        }

        return checks;
    }

    static CheckDefinition? Detailed(MapReader step, MappingEntry entry, Func<string, int, string, JsonElement?> reference,
        Func<string, int, string, JsonElement?> subject)
    {
        var what = $"check '{entry.Key}' of {step.What}";
        switch (entry.Key)
        {
            case "source" when MapReader.Open(entry.Value, step.Problems, what) is { } map:
                var text = map.Text("in");
                if (text.Length > 0 && !ReferenceScope.MayBe(reference(text, map.LineOf("in"), $"in of {what}"), "string", "object", "array"))
                {
                    step.Problems.Report(map.LineOf("in"), $"in of {what} is '{text}', which holds no text");
                }

                map.Close();
                return new CheckDefinition("source", text);
            case "confidence":
                return new CheckDefinition("confidence", null, ConditionReader.Read(MapReader.Open(entry.Value, step.Problems, what), subject));
            case "source":
                return null;
            case "schema":
                return Complain(step, entry.Line, "'schema' takes nothing");
            default:
                return Unknown(step, entry.Line, entry.Key);
        }
    }

    static CheckDefinition? Unknown(MapReader step, int line, string name) => Complain(step, line, PipelineWords.LaterChecks.Contains(name)
        ? $"'{name}' is {PipelineWords.Later}"
        : $"'{name}' is unknown{Suggestion.For(name, Known)}; allowed: {string.Join(", ", Known)}");

    static CheckDefinition? Complain(MapReader step, int line, string message)
    {
        step.Problems.Report(line, $"a check of {step.What}: {message}");
        return null;
    }
}
