using DurableRouter.Core.Durability;
using DurableRouter.Core.Routing;

namespace DurableRouter.Core;

/// <summary>The workflow's input. Persisted.</summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="Definition">The address of the run's <see cref="Pipelines.RunDefinition"/>.</param>
/// <param name="Input">The pipeline's input, field by field.</param>
/// <param name="BudgetUsd">The caller's cap in US dollars; it can only lower the configured one.</param>
/// <param name="Route">A declared route that the caller asked for; null: the family's.</param>
/// <param name="CallerRoles">The roles that the requester's key held at the start; null for runs of older programs: they count as none.</param>
/// <param name="Scores">Of the input fields that routes score, by <c>input.FIELD</c>; null: none.</param>
public sealed record RunInput(int SchemaVersion, string Pipeline, string Definition, IReadOnlyDictionary<string, FieldValue> Input,
    decimal? BudgetUsd, string? Route, string? Requester, IReadOnlyList<string>? CallerRoles = null,
    IReadOnlyDictionary<string, TextScore>? Scores = null);

/// <summary>The workflow's output. Persisted.</summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="Outcome">completed, rejected, expired, budget_stopped, failed.</param>
/// <param name="Output">What the pipeline's result refers to; null unless completed.</param>
/// <param name="Degraded">Why a lesser model's answer stands in the result, step by step; empty when none does.</param>
/// <param name="Failure">Why the run failed, listing every attempt; null otherwise.</param>
/// <param name="Partial">The accepted answers of a run that ended before its result, by step: what was paid for is kept. Null when completed.</param>
/// <param name="Unserved">Decisions that no attempt followed and that nothing told of before; null: none.</param>
public sealed record RunOutput(int SchemaVersion, string Outcome, FieldValue? Output, IReadOnlyList<string> Degraded,
    RunFailure? Failure, RunSummary Summary, IReadOnlyDictionary<string, FieldValue>? Partial = null,
    IReadOnlyList<UnservedRoute>? Unserved = null)
{
    /// <summary>What is told of the run in a list.</summary>
    public RunOutput WithoutValues() => this with { Output = null, Partial = null, Unserved = null };
}

/// <param name="Code">A stable code of docs/errors.md.</param>
public sealed record RunFailure(string Code, string Message, string? Step, IReadOnlyList<FailedAttempt> Attempts);

public sealed record FailedAttempt(string Key, string Model, string Outcome, string? FailureCode, string? Message);

/// <summary>What the ledger's run row is made of.</summary>
public sealed record RunSummary(string Family, string? Category, int? Complexity, IReadOnlyList<string> Risk, string Route, decimal TotalUsd,
    string? BaselineModel, decimal? BaselineUsd, bool FallbackUsed, int Attempts, bool Simulated, int Overrides);
