using DurableRouter.Core.Catalog;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Routing;

/// <summary>Reads how one step chooses its models, in routing.yaml or in a pipeline's <c>route</c>.</summary>
static class StepRouteReader
{
    /// <param name="catalog">Null when it couldn't be read: then names aren't checked.</param>
    public static StepRoute Read(MapReader map, ModelCatalog? catalog)
    {
        var route = new StepRoute(map.Choice("tier", CatalogWords.Tiers), ByComplexity(map), Models(map, catalog), map.TextOrNull("differentModelThan"),
            map.IntegerOrNull("minReasoning", 1, 5), map.Word("residency", CatalogWords.Local));
        var ways = new[] { "tier", "byComplexity", "models" }.Count(map.Has);
        if (ways != 1)
        {
            map.Problems.Report(map.Line, $"{map.What} needs exactly one of 'tier', 'byComplexity' and 'models'");
        }

        map.Close();
        if (catalog is not null)
        {
            RefuseEmptyTiers(map, route, catalog);
            if (catalog.IsMixed && route.Models is null)
            {
                map.Problems.Report(map.Line, $"{map.What} chooses by tier, and models.yaml holds simulated and real models; name 'models', so that no chain mixes them");
            }
        }

        return route;
    }

    /// <summary>A tier that is named but has no model would be passed over in silence.</summary>
    public static void RefuseEmptyTier(MapReader map, int line, Tier tier, ModelCatalog catalog)
    {
        if (!catalog.Models.Any(m => m.Tier == tier))
        {
            map.Problems.Report(line, $"{map.What} reaches tier {Words.Of(tier)}, which has no model in models.yaml");
        }
    }

    static void RefuseEmptyTiers(MapReader map, StepRoute route, ModelCatalog catalog)
    {
        if (route.Tier is { } tier)
        {
            RefuseEmptyTier(map, map.LineOf("tier"), tier, catalog);
        }

        foreach (var reached in (route.ByComplexity ?? []).Select(c => c.Tier).Distinct())
        {
            RefuseEmptyTier(map, map.LineOf("byComplexity"), reached, catalog);
        }
    }

    static List<string>? Models(MapReader map, ModelCatalog? catalog)
    {
        if (!map.Has("models"))
        {
            return null;
        }

        var names = map.Texts("models", required: true);
        if (names.Count == 0)
        {
            map.Problems.Report(map.LineOf("models"), $"models of {map.What} is empty; at least one model is needed");
        }

        foreach (var name in names.Where(n => catalog is not null && catalog.Find(n.Text) is null))
        {
            var known = catalog!.Models.Select(m => m.Name).ToList();
            map.Problems.Report(name, $"models of {map.What} names '{name.Text}', which is not in models.yaml{Suggestion.For(name.Text, known)}; allowed: {string.Join(", ", known)}");
        }

        if (catalog is not null && names.Select(n => catalog.Find(n.Text)).OfType<ModelEntry>().Select(m => m.Simulate is not null).Distinct().Count() > 1)
        {
            map.Problems.Report(map.LineOf("models"), $"models of {map.What} mixes simulated and real models");
        }

        return [.. names.Select(n => n.Text)];
    }

    static List<ComplexityTier>? ByComplexity(MapReader map)
    {
        if (map.Map("byComplexity") is not { } ranges)
        {
            return null;
        }

        var tiers = new List<ComplexityTier>();
        foreach (var entry in ranges.Entries)
        {
            var tier = ranges.Choice(entry.Key, CatalogWords.Tiers) ?? default;
            if (Range(entry.Key) is not var (from, to))
            {
                map.Problems.Report(entry.Line, $"{ranges.What} has the key '{entry.Key}'; allowed: a complexity from 1 to 5 or a range like 1-2");
                return tiers;
            }

            tiers.Add(new ComplexityTier(from, to, tier));
        }

        for (var complexity = 1; complexity <= 5; complexity++)
        {
            var count = tiers.Count(t => t.From <= complexity && complexity <= t.To);
            if (count != 1)
            {
                map.Problems.Report(ranges.Line, $"{ranges.What} has {(count == 0 ? "no tier" : "more than one tier")} for complexity {complexity}; each of 1 to 5 needs one");
            }
        }

        return tiers;
    }

    static (int From, int To)? Range(string key) => key switch
    {
        [>= '1' and <= '5' and var one] => (one - '0', one - '0'),
        [>= '1' and <= '5' and var from, '-', >= '1' and <= '5' and var to] when from <= to => (from - '0', to - '0'),
        _ => null,
    };
}
