namespace DurableRouter.Core.Durability;

/// <summary>The custom status of a run, the same on every host.</summary>
/// <param name="Step">The step that runs or waits; null before the first and after the last.</param>
/// <param name="Progress">Steps finished, as <c>2/4</c>.</param>
/// <param name="WaitingFor">What a person or the clock must do: <c>approval apr-...</c>, <c>answer apr-...</c>, <c>budget apr-...</c>,
/// <c>resume</c>, <c>retry at 2026-01-01T00:00:00Z</c>; null while work goes on.</param>
/// <param name="CostUsd">US dollars, settled attempts and unknown ones at their upper bound.</param>
/// <param name="BudgetUsd">The run's budget in US dollars; null without one.</param>
public sealed record RunProgress(string? Step, string Progress, string? WaitingFor, decimal CostUsd, decimal? BudgetUsd);
