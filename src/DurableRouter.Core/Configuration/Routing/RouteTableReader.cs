using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Routing;

/// <summary>Reads the tables that a route may choose by: complexity, score, task.</summary>
/// <param name="catalog">Null when it couldn't be read: then names aren't checked.</param>
sealed class RouteTableReader(MapReader route, ModelCatalog? catalog)
{
    static readonly string[] NestedWays = ["byComplexity", "byScore"];

    public List<ComplexityTier>? ByComplexity()
    {
        if (route.Map("byComplexity") is not { } ranges)
        {
            return null;
        }

        var tiers = new List<ComplexityTier>();
        foreach (var entry in ranges.Entries)
        {
            var target = RouteTargetReader.Read(entry.Value, $"{entry.Key} of {ranges.What}", ranges, catalog);
            if (Range(entry.Key) is not var (from, to))
            {
                ranges.Problems.Report(entry.Line, $"{ranges.What} has the key '{entry.Key}'; allowed: a complexity from 1 to 5 or a range like 1-2");
                return tiers;
            }

            tiers.Add(new ComplexityTier(from, to, target.Tier ?? (target.Models is [var first, ..] ? catalog?.Find(first)?.Tier : null) ?? default, target.Models));
        }

        for (var complexity = 1; complexity <= 5; complexity++)
        {
            var count = tiers.Count(t => t.From <= complexity && complexity <= t.To);
            if (count != 1)
            {
                ranges.Problems.Report(ranges.Line, $"{ranges.What} has {(count == 0 ? "no tier" : "more than one tier")} for complexity {complexity}; each of 1 to 5 needs one");
            }
        }

        return tiers;
    }

    public ScoreRoute? ByScore()
    {
        if (route.Map("byScore") is not { } map)
        {
            return null;
        }

        var of = map.Text("of");
        if (of.Length > 0 && !(of.StartsWith("input.", StringComparison.Ordinal) && Identifier.IsField(of["input.".Length..])))
        {
            map.Problems.Report(map.LineOf("of"), $"of in {map.What} is '{of}'; allowed: input.FIELD, a text of the run's input");
        }

        var score = new ScoreRoute(of, Way("strong"), Way("middle"), Way("cheap"));
        map.Close();
        return score;

        StepRoute Way(string key) => RouteTargetReader.Read(map.Required(key), $"{key} of {map.What}", map, catalog);
    }

    /// <param name="tasks">Receives the line of every task named.</param>
    public Dictionary<string, StepRoute>? ByTask(List<(string Task, int Line)> tasks)
    {
        if (route.Map("byTask") is not { } map)
        {
            return null;
        }

        if (!map.Has(StepRoute.OtherTasks))
        {
            map.Required(StepRoute.OtherTasks);
        }

        var table = new Dictionary<string, StepRoute>();
        foreach (var entry in map.Entries)
        {
            table[entry.Key] = entry.Value is MappingNode ? Nested(entry, map) : RouteTargetReader.Read(entry.Value, $"{entry.Key} of {map.What}", map, catalog);
            if (entry.Key != StepRoute.OtherTasks)
            {
                tasks.Add((entry.Key, entry.Line));
            }
        }

        return table;
    }

    StepRoute Nested(MappingEntry entry, MapReader table)
    {
        if (MapReader.Open(entry.Value, table.Problems, $"{entry.Key} of {table.What}") is not { } map)
        {
            return new StepRoute();
        }

        var reader = new RouteTableReader(map, catalog);
        var nested = new StepRoute(ByComplexity: reader.ByComplexity(), ByScore: reader.ByScore());
        if (NestedWays.Count(map.Has) != 1)
        {
            map.Problems.Report(map.Line, $"{map.What} needs exactly one of {string.Join(" and ", NestedWays.Select(w => $"'{w}'"))}");
        }

        map.Close();
        return nested;
    }

    static (int From, int To)? Range(string key) => key switch
    {
        [>= '1' and <= '5' and var one] => (one - '0', one - '0'),
        [>= '1' and <= '5' and var from, '-', >= '1' and <= '5' and var to] when from <= to => (from - '0', to - '0'),
        _ => null,
    };
}
