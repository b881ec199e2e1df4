namespace DurableRouter.Core.Ledger;

/// <summary>The ledger's row of one run, written with its completion.</summary>
/// <param name="Category">What classify answered; null without such a step.</param>
/// <param name="Route">The rules that chose, step by step: <c>classify: tier fast; reason: complexity 4 -> powerful</c>.</param>
/// <param name="BaselineUsd">What the baseline model would have cost, in US dollars; null without a baseline model.</param>
/// <param name="Accepted">The user's acceptance, when given.</param>
/// <param name="Overrides">Decisions of persons that changed what models said.</param>
public sealed record RunRow(string RunId, string Pipeline, string Family, string? Category, string? Complexity, string Route, string Outcome,
    decimal TotalUsd, string? BaselineModel, BaselineMethod BaselineMethod, decimal? BaselineUsd, bool FallbackUsed, bool Degraded,
    int Attempts, bool Simulated, bool? Accepted, int Overrides);

public enum BaselineMethod
{
    /// <summary>The run's own tokens at the baseline model's prices.</summary>
    Repriced,

    /// <summary>The baseline model really ran on the same input.</summary>
    Executed,
}
