using DurableRouter.Core.Values;

namespace DurableRouter.Core.Definitions;

/// <summary>How one step chooses. One way is set (explicit models, a tier, or a table), beside demands that every candidate must meet.</summary>
/// <param name="DifferentModelThan">A step whose model must not be used again here; another provider is preferred.</param>
/// <param name="MinReasoning">1 to 5.</param>
/// <param name="Residency"><c>local</c>: only models whose data never leaves.</param>
/// <param name="ByTask">By task type; <see cref="OtherTasks"/> is the entry for every other one.</param>
/// <param name="MinToolReliability">1 to 5; also demands tools.</param>
/// <param name="StructuredOutput">True demands a model that enforces the schema itself.</param>
/// <param name="MaxCostUsd">What one attempt may cost at the most, in US dollars.</param>
/// <param name="LatencyTarget">What the step should take; null: the family's target.</param>
public sealed record StepRoute(Tier? Tier = null, IReadOnlyList<ComplexityTier>? ByComplexity = null, IReadOnlyList<string>? Models = null,
    string? DifferentModelThan = null, int? MinReasoning = null, string? Residency = null, IReadOnlyDictionary<string, StepRoute>? ByTask = null,
    ScoreRoute? ByScore = null, int? MinToolReliability = null, bool? StructuredOutput = null, decimal? MaxCostUsd = null,
    TimeSpan? LatencyTarget = null)
{
    /// <summary>The key of <see cref="ByTask"/> for tasks that have none of their own.</summary>
    public const string OtherTasks = "default";

    /// <summary>True when it says where to go, and not only what a candidate must meet.</summary>
    internal bool HasWay => Tier is not null || Models is not null || ByComplexity is not null || ByTask is not null || ByScore is not null;

    /// <summary>Every tier that it can lead to.</summary>
    internal IEnumerable<Tier> Tiers() =>
        (Tier is { } tier ? [tier] : Enumerable.Empty<Tier>())
            .Concat((ByComplexity ?? []).Where(c => c.Models is null).Select(c => c.Tier))
            .Concat(Nested().SelectMany(r => r.Tiers()));

    /// <summary>The entry of its table for a task; itself without a table.</summary>
    internal StepRoute At(string? task) => ByTask is not { } table ? this
        : task is not null && table.TryGetValue(task, out var own) ? own : table.GetValueOrDefault(OtherTasks) ?? this;

    /// <summary>True when the run's complexity decides somewhere.</summary>
    internal bool AsksComplexity => ByComplexity is not null || Nested().Any(r => r.AsksComplexity);

    /// <summary>Every input field that it scores, as <c>input.FIELD</c>.</summary>
    internal IEnumerable<string> Scored() => (ByScore is { } score ? [score.Of] : Enumerable.Empty<string>()).Concat(Nested().SelectMany(r => r.Scored()));

    IEnumerable<StepRoute> Nested() => (ByTask?.Values ?? []).Concat(ByScore is { } score ? [score.Strong, score.Middle, score.Cheap] : []);
}

/// <param name="From">1 to 5, inclusive.</param>
/// <param name="To">1 to 5, inclusive.</param>
/// <param name="Tier">With <paramref name="Models"/> the tier of their first.</param>
/// <param name="Models">Explicit models; null: the tier decides.</param>
public sealed record ComplexityTier(int From, int To, Tier Tier, IReadOnlyList<string>? Models = null);

/// <summary>Three ways by the <see cref="TextScore"/> of one input field.</summary>
/// <param name="Of"><c>input.FIELD</c>.</param>
public sealed record ScoreRoute(string Of, StepRoute Strong, StepRoute Middle, StepRoute Cheap);
