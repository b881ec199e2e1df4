using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Checks;

/// <summary>What one check found.</summary>
/// <param name="Problems">One sentence each, fit to be shown to the answer's author; empty when it passed.</param>
/// <param name="Citations">Where the quotes stand that were found; null for checks without quotes.</param>
sealed record CheckFindings(IReadOnlyList<string> Problems, IReadOnlyList<Citation>? Citations = null);

/// <summary>One check of one step, ready to run on answers.</summary>
/// <param name="Name">How ledger, events and messages call it.</param>
sealed record CompiledCheck(string Name, Func<JsonElement, AttemptFields, CheckFindings> Run)
{
    /// <summary>The checks that run inside the attempt, in declared order. The schema runs before all of them, the judge is a call of its own.</summary>
    public static IReadOnlyList<CompiledCheck> Compile(StepDefinition step, OutputChecks own) =>
        [.. step.Checks.Where(c => c.Kind is not ("schema" or "judge")).Select(c => new CompiledCheck(c.Name, Runner(step, c, own)))];

    static Func<JsonElement, AttemptFields, CheckFindings> Runner(StepDefinition step, CheckDefinition check, OutputChecks own) => check switch
    {
        { Kind: "source" } => (answer, data) => GroundingCheck.Run(step, check, answer, data),
        { Kind: "confidence" } => (answer, _) => new CheckFindings(ConfidenceCheck.Problems(check, answer)),
        { Policy: { } policy } => new PolicyCheck(policy, step.Output).Run,
        { Conflict: { } conflict } => (answer, data) => ConflictCheck.Run(conflict, answer, data),
        _ when own.Find(check.Kind) is { } found => (answer, data) => new CheckFindings(OwnProblems(found, step, check, answer, data)),
        // The run was started by a program that had it. An answer that nobody can check is not used.
        _ => (_, _) => new CheckFindings([$"this program has no check '{check.Kind}'"]),
    };

    static List<string> OwnProblems(IOutputCheck own, StepDefinition step, CheckDefinition check, JsonElement answer, AttemptFields data)
    {
        try
        {
            return [.. own.Problems(new CheckedOutput(step.Id, answer, data.Fields.ToDictionary(f => f.Name, f => f.Content), CallerRoles.Of(data), check.With))];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Thrown on, it would lose a paid call's row. Its message may quote anything, so only the type is told.
            return [$"the check itself failed with {e.GetType().Name}"];
        }
    }
}
