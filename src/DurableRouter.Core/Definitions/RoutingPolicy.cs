using System.Text.Json.Serialization;

namespace DurableRouter.Core.Definitions;

/// <summary>routing.yaml, immutable. A run is pinned to the one it started with.</summary>
/// <param name="DefaultFamily">The family of pipelines that name none.</param>
/// <param name="BaselineModel">What the run is compared with; null: the first model of the highest tier.</param>
public sealed record RoutingPolicy(string DefaultFamily, IReadOnlyDictionary<string, FamilyPolicy> Families, BudgetPolicy Budgets,
    string? BaselineModel = null);

/// <summary>One task family: its routes and its one fallback policy.</summary>
/// <param name="Steps">By step id first, then by step kind.</param>
/// <param name="Risk">By risk tag.</param>
/// <param name="LatencyTarget">What a step should take; null: no target.</param>
/// <param name="Budgets">The family's own caps; null: none.</param>
/// <param name="Policies">The policy table; the first row that holds decides. Null: none.</param>
/// <param name="Residency"><c>local</c>: whatever its steps' routes say, only models whose data never leaves. Null: as the routes say.</param>
public sealed record FamilyPolicy(string Name, IReadOnlyDictionary<string, StepRoute> Steps, FallbackPolicy Fallback,
    IReadOnlyDictionary<string, RiskPolicy> Risk, TimeSpan? LatencyTarget, FamilyBudgets? Budgets = null, IReadOnlyList<PolicyRow>? Policies = null,
    string? Residency = null);

[JsonConverter(typeof(JsonStringEnumConverter<FallbackDirection>))]
public enum FallbackDirection
{
    [JsonStringEnumMemberName("up")] Up,
    [JsonStringEnumMemberName("down")] Down,
    [JsonStringEnumMemberName("sideways")] Sideways,
}

[JsonConverter(typeof(JsonStringEnumConverter<LastLink>))]
public enum LastLink
{
    [JsonStringEnumMemberName("human")] Human,
    [JsonStringEnumMemberName("safe")] Safe,
    [JsonStringEnumMemberName("fail")] Fail,
}

/// <param name="OnContentFilter">True: a content filter's refusal may go to the next candidate.</param>
public sealed record FallbackPolicy(FallbackDirection Direction = FallbackDirection.Up, bool CrossProvider = true, bool AllowDowngrade = false,
    LastLink Last = LastLink.Fail, bool OnContentFilter = false);

/// <param name="Guard"><c>strict</c>: the tag's tier is a lower bound that no fallback may go below.</param>
public sealed record RiskPolicy(string? Guard, Tier? Tier);

/// <summary>US dollars; null: no cap.</summary>
public sealed record BudgetPolicy(decimal? PerRun, decimal? PerPipelinePerDay);

/// <summary>US dollars; null: no cap of the family's own.</summary>
/// <param name="PerRun">Takes the place of the general <see cref="BudgetPolicy.PerRun"/>.</param>
/// <param name="PerDay">Of all pipelines of the family together.</param>
public sealed record FamilyBudgets(decimal? PerRun, decimal? PerDay);
