using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>Checks what a run's input says is a medium, before anything is paid.</summary>
public static class MediaCheck
{
    /// <returns>Field by field of the input; none when all is well. A field that is absent is nobody's fault here.</returns>
    public static IEnumerable<(string Field, string Problem)> Problems(PipelineDefinition pipeline, JsonElement input)
    {
        foreach (var (from, kind) in pipeline.Steps.SelectMany(s => s.Input).Where(f => f.Source is { Media: not null, From: not null })
            .Select(f => (f.Source.From!, f.Source.Media!)).Distinct())
        {
            var field = from["input.".Length..];
            if (input.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null
                && (value.ValueKind == JsonValueKind.String ? MediaValue.Problem(kind, value.GetString()!) : "must be a text: a data URL") is { } problem)
            {
                yield return (field, problem);
            }
        }
    }
}
