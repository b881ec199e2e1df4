using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Compilation;

/// <summary>The step that a <c>judge</c> check becomes: routed, reserved, attempted and booked like every other.</summary>
static class JudgeStep
{
    // No step's id holds a dot.
    const string Suffix = ".judge";

    /// <summary>How ledger, events and explain call the judge of a step.</summary>
    public static string IdOf(string judged) => judged + Suffix;

    /// <summary>The step that a judge of this name grades; null when it is no judge.</summary>
    public static string? JudgedBy(string id) => id.EndsWith(Suffix, StringComparison.Ordinal) ? id[..^Suffix.Length] : null;

    /// <returns>Null when the step has no judge.</returns>
    internal static StepDefinition? Of(StepDefinition judged) => judged.Checks.FirstOrDefault(c => c.Judge is not null) is not { Judge: { } rule } check ? null
        : new StepDefinition
        {
            Id = IdOf(judged.Id),
            Kind = StepKind.Judge,
            Needs = judged.Needs,
            Input = judged.Input,
            Instructions = rule.Rubric,
            Output = BuiltInSchemas.Judge,
            Checks = [check],
            MaxOutputTokens = rule.MaxOutputTokens,
            Route = rule.Route,
        };

    /// <summary>Whatever the route says: nobody judges its own work, and another provider is preferred.</summary>
    internal static StepRoute Independent(StepRoute route, StepDefinition judge) => route with { DifferentModelThan = JudgedBy(judge.Id) };
}
