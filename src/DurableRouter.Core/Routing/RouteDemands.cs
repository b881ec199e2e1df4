using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Routing;

/// <summary>What every candidate of a step must meet, whoever asked for it. Demands add up: no route sheds another's.</summary>
/// <param name="MaxCostUsd">For one attempt, in US dollars; null: no cap.</param>
/// <param name="LocalOnly">True: only models whose data never leaves.</param>
readonly record struct RouteDemands(int MinReasoning, int MinToolReliability, bool StructuredOutput, decimal? MaxCostUsd, bool LocalOnly)
{
    public RouteDemands And(StepRoute? route) => route is null ? this : new RouteDemands(
        Math.Max(MinReasoning, route.MinReasoning ?? 0),
        Math.Max(MinToolReliability, route.MinToolReliability ?? 0),
        StructuredOutput || route.StructuredOutput == true,
        MaxCostUsd is { } cap && !(route.MaxCostUsd < cap) ? cap : route.MaxCostUsd,
        LocalOnly || route.Residency == CatalogWords.Local);

    public RouteDemands And(FamilyPolicy? family) => this with { LocalOnly = LocalOnly || family?.Residency == CatalogWords.Local };

    /// <summary>Who grades local work sees it, so it is local work too. Nothing else is asked of both.</summary>
    public RouteDemands AndGrading(RouteDemands? work) => this with { LocalOnly = LocalOnly || work?.LocalOnly == true };
}
