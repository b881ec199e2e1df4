using System.Globalization;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Routing;

/// <summary>Where a route leads under the facts of a step.</summary>
/// <param name="Rule">Why, in a few stable words. Holds no text of the input.</param>
/// <param name="Target">The tier of the first choice; with explicit models that of their first.</param>
/// <param name="Models">The explicit models; null when the tier decides.</param>
readonly record struct RouteChoice(string Rule, Tier Target, IReadOnlyList<string>? Models)
{
    public static RouteChoice Of(StepRoute route, RouteFacts facts, CompiledDefinition definition)
    {
        if (route.Models is { } models)
        {
            return new("explicit models", TierOf(models, definition), models);
        }

        if (route.Tier is { } tier)
        {
            return new($"tier {Words.Of(tier)}", tier, null);
        }

        if (route.ByComplexity is { Count: > 0 } map)
        {
            return ByComplexity(map, facts.Complexity);
        }

        if (route.ByScore is { } score)
        {
            return ByScore(score, facts.Scores?.GetValueOrDefault(score.Of), facts, definition);
        }

        return route.ByTask is { } table ? ByTask(table, facts, definition) : new("no tier named -> powerful", Tier.Powerful, null);
    }

    static RouteChoice ByComplexity(IReadOnlyList<ComplexityTier> map, int? complexity)
    {
        foreach (var range in map)
        {
            if (range.From <= complexity && complexity <= range.To)
            {
                return To(range, complexity.Value.ToString(CultureInfo.InvariantCulture));
            }
        }

        // What nobody could grade is not taken for easy.
        return To(map.MaxBy(range => range.Tier)!, "unknown");
    }

    static RouteChoice To(ComplexityTier range, string complexity) =>
        new($"complexity {complexity} -> {(range.Models is { } models ? string.Join(", ", models) : Words.Of(range.Tier))}", range.Tier, range.Models);

    static RouteChoice ByScore(ScoreRoute route, TextScore? score, RouteFacts facts, CompiledDefinition definition)
    {
        if (score is null)
        {
            return Because("score unknown", route.Strong, facts, definition);
        }

        var target = score.Value >= TextScore.Strong ? route.Strong : score.Value >= TextScore.Middle ? route.Middle : route.Cheap;
        var reasons = score.Reasons();
        return Because(string.Create(CultureInfo.InvariantCulture, $"score {score.Value:0.##}{(reasons.Length == 0 ? "" : $" ({reasons})")}"),
            target, facts, definition);
    }

    static RouteChoice ByTask(IReadOnlyDictionary<string, StepRoute> table, RouteFacts facts, CompiledDefinition definition)
    {
        // A task that the table doesn't know may be any text of a caller or a model: it is not repeated.
        return facts.Task is { } task && task != StepRoute.OtherTasks && table.TryGetValue(task, out var own)
            ? Because($"task {task}", own, facts, definition)
            : Because(facts.Task is null ? "task unknown" : "another task", table.GetValueOrDefault(StepRoute.OtherTasks) ?? new StepRoute(), facts, definition);
    }

    static RouteChoice Because(string cause, StepRoute target, RouteFacts facts, CompiledDefinition definition)
    {
        var choice = Of(target, facts, definition);
        return choice with
        {
            Rule = target.Models is { } models ? $"{cause} -> {string.Join(", ", models)}"
                : target.Tier is { } tier ? $"{cause} -> {Words.Of(tier)}"
                : $"{cause}, {choice.Rule}",
        };
    }

    static Tier TierOf(IReadOnlyList<string> models, CompiledDefinition definition) =>
        models.Count > 0 && definition.FindModel(models[0]) is { } first ? first.Entry.Tier : Tier.Fast;
}
