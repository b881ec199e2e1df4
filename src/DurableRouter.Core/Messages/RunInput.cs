using DurableRouter.Core.Values;

namespace DurableRouter.Core.Messages;

/// <summary>The workflow's input. Persisted.</summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="Definition">The address of the run's <see cref="DurableRouter.Core.Definitions.RunDefinition"/>.</param>
/// <param name="Input">The pipeline's input, field by field.</param>
/// <param name="BudgetUsd">The caller's cap in US dollars; it can only lower the configured one.</param>
/// <param name="Route">A declared route that the caller asked for; null: the family's.</param>
/// <param name="CallerRoles">The roles that the requester's key held at the start; null for runs of older programs: they count as none.</param>
/// <param name="Scores">Of the input fields that routes score, by <c>input.FIELD</c>; null: none.</param>
public sealed record RunInput(int SchemaVersion, string Pipeline, string Definition, IReadOnlyDictionary<string, FieldValue> Input,
    decimal? BudgetUsd, string? Route, string? Requester, IReadOnlyList<string>? CallerRoles = null,
    IReadOnlyDictionary<string, TextScore>? Scores = null);
