using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Review;

/// <summary>The verdict on one answer, a model's or a person's.</summary>
/// <param name="Answer">The answer, with what the step itself adds to it.</param>
/// <param name="FailureCode">schema_mismatch or check_failed; null when it may be used.</param>
/// <param name="Problems">What is wrong, one sentence each, fit to be shown to whoever answered.</param>
sealed record ReviewedOutput(JsonElement Answer, IReadOnlyList<CheckResult> Checks, string? FailureCode, IReadOnlyList<string> Problems)
{
    /// <summary>Which checks failed, and why. A verifier's grade is no failure of its own answer.</summary>
    public string Message => string.Join("; ", Checks.Where(c => c is { Passed: false, Check: not "judge" }).Select(c => $"{c.Check}: {c.Detail}"));
}

/// <summary>Runs a step's schema and checks on an answer. The same for every author: people's answers and edits pass here too.</summary>
static class OutputReview
{
    /// <summary>The same for a model's answer, whose risk tags are read first: see <see cref="RiskReply"/>.</summary>
    public static ReviewedOutput RunReply(CompiledStep compiled, JsonElement answer, AttemptFields data)
    {
        var (read, router) = RiskReply.Read(compiled.Definition, answer);
        var reviewed = Run(compiled, read, data);
        return router is null ? reviewed : reviewed with { Checks = [router, .. reviewed.Checks] };
    }

    public static ReviewedOutput Run(CompiledStep compiled, JsonElement answer, AttemptFields data)
    {
        var step = compiled.Definition;
        var role = Role.Of(step.Kind);
        List<string> problems = [.. compiled.Schema.Validate(answer).Select(v => v.Message)];
        if (problems.Count == 0)
        {
            problems.AddRange(role.Problems(step, answer));
        }

        if (problems.Count > 0)
        {
            return new ReviewedOutput(answer, [new CheckResult("schema", false, Summary(problems))], FailureCodes.SchemaMismatch, problems);
        }

        return Checked(compiled, answer, data, new CheckResult("schema", true), compiled.Checks);
    }

    /// <summary>The same for an answer that was made of an unreadable reply: there is no schema to hold it against. Where the label is the step's default, or stands
    /// alone, nobody said how sure it is.</summary>
    public static ReviewedOutput RunSalvaged(CompiledStep compiled, Salvage salvage, AttemptFields data) =>
        Checked(compiled, salvage.Answer, data, salvage.Check, compiled.Checks.Where(c => c.Name != "confidence" || salvage.SaysHowSure));

    static ReviewedOutput Checked(CompiledStep compiled, JsonElement answer, AttemptFields data, CheckResult first, IEnumerable<CompiledCheck> declared)
    {
        var role = Role.Of(compiled.Definition.Kind);
        answer = role.Complete(compiled.Definition, data.Fields, answer);
        var problems = new List<string>();
        var checks = new List<CheckResult> { first };
        foreach (var check in declared)
        {
            var found = check.Run(answer, data);
            checks.Add(new CheckResult(check.Name, found.Problems.Count == 0, found.Problems.Count == 0 ? null : Summary(found.Problems), found.Citations));
            problems.AddRange(found.Problems);
        }

        if (role.Grade(compiled.Definition, answer) is { } grade)
        {
            checks.Add(grade);
        }

        return new ReviewedOutput(answer, checks, problems.Count == 0 ? null : FailureCodes.CheckFailed, problems);
    }

    static string Summary(IReadOnlyList<string> problems) => Excerpt.OneLine(string.Join("; ", problems));
}
