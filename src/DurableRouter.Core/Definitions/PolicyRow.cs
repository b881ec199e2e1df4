namespace DurableRouter.Core.Definitions;

/// <summary>One row of a family's policy table: in this situation, this route, guard and fallback.</summary>
/// <param name="Steps">Step ids or kinds that it is about; null: every step.</param>
/// <param name="Route">Replaces where the step goes and adds its demands; null: the step's own route.</param>
/// <param name="Guard"><c>strict</c>: no candidate may be below the tier that the route leads to.</param>
/// <param name="Fallback">Replaces the family's; null: the family's.</param>
public sealed record PolicyRow(string Name, PolicySituation When, IReadOnlyList<string>? Steps, StepRoute? Route, string? Guard, FallbackPolicy? Fallback);

/// <summary>What must hold. All that are set; at least one is.</summary>
/// <param name="Tasks">The run's task is one of these.</param>
/// <param name="Risk">The run carries one of these tags; <see cref="NoRisk"/>: none that the family knows.</param>
/// <param name="InputTokens">The step's input, as an upper bound in tokens.</param>
/// <param name="BudgetLeftUsd">What is left of the run's budget, in US dollars; a run without a budget meets no lower bound's failure.</param>
/// <param name="LatencyTargetBelow">The step's latency target is shorter than this; a step without a target doesn't meet it.</param>
/// <param name="Media">The step sees a medium of one of these kinds.</param>
public sealed record PolicySituation(IReadOnlyList<string>? Tasks = null, IReadOnlyList<string>? Risk = null, AmountRange? InputTokens = null,
    AmountRange? BudgetLeftUsd = null, TimeSpan? LatencyTargetBelow = null, IReadOnlyList<string>? Media = null)
{
    public const string NoRisk = "none";
}

/// <summary>Both bounds are exclusive; null: open.</summary>
public sealed record AmountRange(decimal? Above = null, decimal? Below = null)
{
    internal bool Holds(decimal value) => !(value <= Above) && !(value >= Below);
}
