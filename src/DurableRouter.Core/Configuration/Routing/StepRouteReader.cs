using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Configuration.Routing;

/// <summary>Reads how one step chooses its models, in routing.yaml or in a pipeline's <c>route</c>.</summary>
static class StepRouteReader
{
    static readonly string[] Ways = ["tier", "byComplexity", "byScore", "byTask", "models"];

    /// <param name="catalog">Null when it couldn't be read: then names aren't checked.</param>
    /// <param name="tasks">Receives every task named, with its line: they are compared with the declared ones later.</param>
    /// <param name="needsWay">False for a policy, which may add demands to the step's own way.</param>
    public static StepRoute Read(MapReader map, ModelCatalog? catalog, List<(string Task, int Line)> tasks, bool needsWay = true)
    {
        var tables = new RouteTableReader(map, catalog);
        var route = new StepRoute(map.Choice("tier", CatalogWords.Tiers), tables.ByComplexity(), Models(map, catalog), map.TextOrNull("differentModelThan"),
            map.IntegerOrNull("minReasoning", 1, 5), map.Word("residency", CatalogWords.Local), tables.ByTask(tasks), tables.ByScore(),
            map.IntegerOrNull("minToolReliability", 1, 5), map.Flag("structuredOutput", false) ? true : null, map.AmountOrNull("maxCostUsd"), Latency(map));
        var ways = Ways.Count(map.Has);
        if (ways > 1 || (ways == 0 && needsWay))
        {
            map.Problems.Report(map.Line, $"{map.What} {(needsWay ? "needs exactly" : "takes at most")} one of {Listed(Ways)}");
        }

        map.Close();
        if (catalog is not null)
        {
            foreach (var tier in route.Tiers().Distinct())
            {
                RefuseEmptyTier(map, map.LineOf(Ways.FirstOrDefault(map.Has) ?? "tier"), tier, catalog);
            }

            if (catalog.IsMixed && route.Tiers().Any())
            {
                map.Problems.Report(map.Line, $"{map.What} chooses by tier, and models.yaml holds simulated and real models; name 'models', so that no chain mixes them");
            }
        }

        return route;
    }

    /// <summary>The <c>latency: { target: 5s }</c> of a route or a family.</summary>
    public static TimeSpan? Latency(MapReader map)
    {
        var latency = map.Map("latency");
        var target = latency?.DurationOrNull("target");
        latency?.Close();
        return target;
    }

    /// <summary>A tier that is named but has no model would be passed over in silence.</summary>
    public static void RefuseEmptyTier(MapReader map, int line, Tier tier, ModelCatalog catalog)
    {
        if (!catalog.Models.Any(m => m.Tier == tier))
        {
            map.Problems.Report(line, $"{map.What} reaches tier {Words.Of(tier)}, which has no model in models.yaml");
        }
    }

    static IReadOnlyList<string>? Models(MapReader map, ModelCatalog? catalog) => map.Has("models")
        ? RouteTargetReader.Names(map.Texts("models", required: true), map.LineOf("models"), $"models of {map.What}", map, catalog)
        : Unset(map, "models");

    static IReadOnlyList<string>? Unset(MapReader map, string key)
    {
        // Asking makes the key known, so that it is listed among the allowed ones.
        map.Optional(key);
        return null;
    }

    static string Listed(string[] words) => $"{string.Join(", ", words[..^1].Select(w => $"'{w}'"))} and '{words[^1]}'";
}
