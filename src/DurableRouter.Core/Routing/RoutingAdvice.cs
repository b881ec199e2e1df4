using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Routing;

/// <summary>Whether routing is worth its trouble for one pipeline, in figures.</summary>
/// <param name="Pipeline">One task: its calls are counted together.</param>
/// <param name="SingleModel">The model that would do everything instead.</param>
/// <param name="RoutedUsdPerDay">What the calls cost, in US dollars.</param>
/// <param name="SingleUsdPerDay">What the same tokens would have cost at that model's prices, failed calls included.</param>
/// <param name="Simulated">True when the figures hold calls of simulated models, at invented prices.</param>
public sealed record RoutingAdvice(string Pipeline, string SingleModel, long Calls, int Days, decimal RoutedUsdPerDay, decimal SingleUsdPerDay, bool Simulated)
{
    /// <summary>Below this many calls a day a saving per call doesn't pay for a second model to watch, evaluate and keep prompts for.</summary>
    public const int WorthwhileCallsPerDay = 1_000;

    public decimal CallsPerDay => (decimal)Calls / Days;

    public decimal SavedUsdPerDay => SingleUsdPerDay - RoutedUsdPerDay;

    public bool Route => CallsPerDay >= WorthwhileCallsPerDay && SavedUsdPerDay > 0;

    public string Verdict => Route ? "route" : $"single model: {SingleModel}";

    /// <param name="calls">Of one pipeline.</param>
    /// <param name="days">That the calls were made in, at least 1.</param>
    /// <param name="single">What routing is compared with.</param>
    public static RoutingAdvice For(CostGroup calls, int days, ModelEntry single)
    {
        var price = single.Price;
        var singleUsd = (calls.InputTokens * price.Input + calls.CachedInputTokens * price.CachedInput
            + (calls.OutputTokens + calls.ReasoningTokens) * price.Output) / 1_000_000m;
        return new RoutingAdvice(calls.Key, single.Name, calls.Attempts, days, calls.CostUsd / days, singleUsd / days, calls.Simulated > 0);
    }
}
