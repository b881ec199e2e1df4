using System.Text.Json;

namespace DurableRouter.Core.Steps;

/// <summary>Reads a verifier's answer: <c>{ "verdict": "pass" | "fail", "issues": [...] }</c>.</summary>
static class Verdict
{
    /// <summary>Anything but a clear pass is a fail.</summary>
    public static bool Passed(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("verdict", out var verdict)
        && verdict.ValueKind == JsonValueKind.String && verdict.ValueEquals("pass");

    public static bool Passed(RunState run, StepState verifier) =>
        run.References.Value($"{verifier.Id}.verdict") is { ValueKind: JsonValueKind.String } verdict && verdict.ValueEquals("pass");

    public static IReadOnlyList<string> Issues(RunState run, StepState verifier) =>
        run.References.Value($"{verifier.Id}.issues") is { } issues ? Lines(issues) : ["the verifier's issues are too long to show"];

    /// <summary>One line each.</summary>
    public static IReadOnlyList<string> Issues(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("issues", out var issues) ? Lines(issues) : [];

    static IReadOnlyList<string> Lines(JsonElement issues) => issues.ValueKind == JsonValueKind.Array
        ? [.. issues.EnumerateArray().Select(i => PromptBuilder.OneLine(Line(i)))] : [];

    static string Line(JsonElement issue) =>
        FieldValues.At(issue, "claim") is { ValueKind: JsonValueKind.String } claim && FieldValues.At(issue, "problem") is { ValueKind: JsonValueKind.String } problem
            ? $"{claim.GetString()}: {problem.GetString()}" : PromptBuilder.Content(issue, null, null);
}
