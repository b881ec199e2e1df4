using System.Text.Json;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Verification;

/// <summary>What ajv says about a schema: a verdict for each instance, or why it refuses the schema.</summary>
sealed record AjvVerdicts(bool[]? Verdicts, string? Error)
{
    /// <summary>One process for all schemas.</summary>
    public static async Task<IReadOnlyList<AjvVerdicts>> AskAsync(IEnumerable<(string Schema, IReadOnlyList<string> Instances)> questions)
    {
        var lines = questions.Select(question =>
            $"{{\"schema\":{question.Schema},\"instances\":[{string.Join(',', question.Instances)}]}}").ToList();
        var answers = await NodeTools.RunAsync("ajv-verdicts.mjs", lines);
        Assert.Equal(lines.Count, answers.Count);
        return [.. answers.Select(Parse)];
    }

    static AjvVerdicts Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return root.TryGetProperty("error", out var error)
            ? new AjvVerdicts(null, error.GetString())
            : new AjvVerdicts([.. root.GetProperty("verdicts").EnumerateArray().Select(verdict => verdict.GetBoolean())], null);
    }
}
