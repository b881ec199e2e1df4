using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Routing;

/// <summary>Reads routing.yaml.</summary>
static class RoutingReader
{
    static readonly IReadOnlyDictionary<string, FallbackDirection> Directions = new Dictionary<string, FallbackDirection>
    {
        ["up"] = FallbackDirection.Up,
        ["down"] = FallbackDirection.Down,
        ["sideways"] = FallbackDirection.Sideways,
    };

    static readonly IReadOnlyDictionary<string, LastLink> Lasts = new Dictionary<string, LastLink>
    {
        ["human"] = LastLink.Human,
        ["safe"] = LastLink.Safe,
        ["fail"] = LastLink.Fail,
    };

    /// <param name="catalog">Null when it couldn't be read: then names aren't checked.</param>
    /// <param name="marks">Receives the line of every family and route.</param>
    public static RoutingPolicy? Read(ConfigNode root, ModelCatalog? catalog, ProblemReporter problems, RoutingMarks marks)
    {
        if (MapReader.Open(root, problems, "the routing") is not { } map)
        {
            return null;
        }

        var families = new Dictionary<string, FamilyPolicy>();
        var familyMap = map.Map("families", required: true);
        foreach (var entry in familyMap?.Entries ?? [])
        {
            if (!Identifier.IsValid(entry.Key))
            {
                problems.Report(entry.Line, $"family '{entry.Key}': a family's name may hold {Identifier.Allowed}");
            }

            if (MapReader.Open(entry.Value, problems, $"family '{entry.Key}'") is { } family)
            {
                families[entry.Key] = Family(entry.Key, family, catalog, marks);
            }
        }

        var defaultFamily = map.Text("default");
        if (defaultFamily.Length > 0 && familyMap is not null && familyMap.Entries.All(e => e.Key != defaultFamily))
        {
            problems.Report(map.LineOf("default"),
                $"default is '{defaultFamily}', which is no family{Suggestion.For(defaultFamily, families.Keys)}; allowed: {string.Join(", ", families.Keys)}");
        }

        var baseline = map.TextOrNull("baseline");
        if (baseline is not null && catalog is not null && catalog.Find(baseline) is null)
        {
            problems.Report(map.LineOf("baseline"), $"baseline is '{baseline}', which is not in models.yaml{Suggestion.For(baseline, catalog.Models.Select(m => m.Name))}");
        }

        marks.PipelinesFolder = map.TextOrNull("pipelines");
        marks.PipelinesLine = map.LineOf("pipelines");
        var policy = new RoutingPolicy(defaultFamily, families, Budgets(map), baseline);
        map.Close();
        return policy;
    }

    static FamilyPolicy Family(string name, MapReader map, ModelCatalog? catalog, RoutingMarks marks)
    {
        marks.Families[name] = map.Line;
        var steps = new Dictionary<string, StepRoute>();
        foreach (var entry in map.Map("steps", required: true)?.Entries ?? [])
        {
            if (MapReader.Open(entry.Value, map.Problems, $"route '{entry.Key}' of {map.What}") is { } step)
            {
                steps[entry.Key] = StepRouteReader.Read(step, catalog, marks.TasksOf(name));
                marks.Steps[(name, entry.Key)] = entry.Line;
                marks.DifferentModelThan[(name, entry.Key)] = step.LineOf("differentModelThan");
            }
        }

        var policy = new FamilyPolicy(name, steps, Fallback(map), Risk(map, catalog), StepRouteReader.Latency(map), FamilyBudgets(map),
            new FamilyPolicyReader(map, catalog, marks).Read(name), map.Word("residency", CatalogWords.Local));
        map.Close();
        return policy;
    }

    /// <summary>The <c>fallback</c> of a family or of a row of its policy table.</summary>
    public static FallbackPolicy Fallback(MapReader family)
    {
        var defaults = new FallbackPolicy();
        if (family.Map("fallback") is not { } map)
        {
            return defaults;
        }

        var policy = new FallbackPolicy(map.Choice("direction", Directions) ?? defaults.Direction, map.Flag("crossProvider", defaults.CrossProvider),
            map.Flag("allowDowngrade", defaults.AllowDowngrade), map.Choice("last", Lasts) ?? defaults.Last,
            map.Flag("onContentFilter", defaults.OnContentFilter));
        if (policy is { Direction: FallbackDirection.Down, AllowDowngrade: false })
        {
            map.Problems.Report(map.LineOf("direction"), $"{map.What}: direction down needs 'allowDowngrade: true'");
        }

        map.Close();
        return policy;
    }

    static Dictionary<string, RiskPolicy> Risk(MapReader family, ModelCatalog? catalog)
    {
        var policies = new Dictionary<string, RiskPolicy>();
        foreach (var entry in family.Map("risk")?.Entries ?? [])
        {
            if (!Identifier.IsValid(entry.Key))
            {
                family.Problems.Report(entry.Line, $"risk tag '{entry.Key}': a tag may hold {Identifier.Allowed}");
            }

            if (MapReader.Open(entry.Value, family.Problems, $"risk '{entry.Key}' of {family.What}") is not { } map)
            {
                continue;
            }

            var policy = new RiskPolicy(map.Word("guard", "strict"), map.Choice("tier", CatalogWords.Tiers, required: true));
            if (policy.Tier is { } tier && catalog is not null)
            {
                StepRouteReader.RefuseEmptyTier(map, map.LineOf("tier"), tier, catalog);
            }

            policies[entry.Key] = policy;
            map.Close();
        }

        return policies;
    }

    static FamilyBudgets? FamilyBudgets(MapReader family)
    {
        if (family.Map("budgets") is not { } map)
        {
            return null;
        }

        var budgets = new FamilyBudgets(map.AmountOrNull("perRun"), map.AmountOrNull("perDay"));
        map.Close();
        return budgets;
    }

    static BudgetPolicy Budgets(MapReader routing)
    {
        if (routing.Map("budgets") is not { } map)
        {
            return new BudgetPolicy(null, null);
        }

        var budgets = new BudgetPolicy(map.AmountOrNull("perRun"), map.AmountOrNull("perPipelinePerDay"));
        map.Close();
        return budgets;
    }
}
