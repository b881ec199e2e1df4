using System.Text.Json;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Review;

/// <summary>Reads a verifier's answer: <c>{ "verdict": "pass" | "fail", "issues": [...] }</c>.</summary>
static class Verdict
{
    /// <summary>Anything but a clear pass is a fail.</summary>
    public static bool Passed(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("verdict", out var verdict)
        && verdict.ValueKind == JsonValueKind.String && verdict.ValueEquals("pass");

    /// <summary>One line each.</summary>
    public static IReadOnlyList<string> Issues(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("issues", out var issues) ? Lines(issues) : [];

    public static IReadOnlyList<string> Lines(JsonElement issues) => issues.ValueKind == JsonValueKind.Array
        ? [.. issues.EnumerateArray().Select(i => Excerpt.OneLine(Line(i)))] : [];

    static string Line(JsonElement issue) =>
        FieldValues.At(issue, "claim") is { ValueKind: JsonValueKind.String } claim && FieldValues.At(issue, "problem") is { ValueKind: JsonValueKind.String } problem
            ? $"{claim.GetString()}: {problem.GetString()}" : Excerpt.Content(issue, null, null);
}
