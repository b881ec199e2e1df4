using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Routing;

/// <summary>Reads where an entry of a table leads: a tier, a model, or a list of models in order.</summary>
/// <remarks>A word that is a tier is the tier; a model of that name stands in a list.</remarks>
static class RouteTargetReader
{
    /// <param name="node">Null, reported elsewhere, when the entry is missing.</param>
    /// <param name="what">Names the entry in messages.</param>
    /// <param name="catalog">Null when it couldn't be read: then names aren't checked.</param>
    public static StepRoute Read(ConfigNode? node, string what, MapReader map, ModelCatalog? catalog)
    {
        switch (node)
        {
            case null:
                return new StepRoute();
            case ScalarNode scalar when CatalogWords.Tiers.TryGetValue(scalar.Text, out var tier):
                return new StepRoute(tier);
            case ScalarNode scalar when YamlScalar.KindOf(scalar) == ScalarKind.Text:
                if (catalog is not null && catalog.Find(scalar.Text) is null)
                {
                    var allowed = CatalogWords.Tiers.Keys.Concat(catalog.Models.Select(m => m.Name)).ToList();
                    map.Problems.Report(scalar, $"{what} is '{scalar.Text}', which is neither a tier nor a model of models.yaml{Suggestion.For(scalar.Text, allowed)}; allowed: {string.Join(", ", allowed)}");
                }

                return new StepRoute(Models: [scalar.Text]);
            case SequenceNode list:
                return new StepRoute(Models: Names([.. list.Items.OfType<ScalarNode>()], list.Line, what, map, catalog));
            default:
                map.Problems.Report(node, $"{what} must be a tier, a model or a list of models, not {node.Kind}");
                return new StepRoute();
        }
    }

    /// <summary>Models that must be in the catalog and not mix simulated with real ones.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<ScalarNode> names, int line, string what, MapReader map, ModelCatalog? catalog)
    {
        if (names.Count == 0)
        {
            map.Problems.Report(line, $"{what} is empty; at least one model is needed");
        }

        foreach (var name in names.Where(n => catalog is not null && catalog.Find(n.Text) is null))
        {
            var known = catalog!.Models.Select(m => m.Name).ToList();
            map.Problems.Report(name, $"{what} names '{name.Text}', which is not in models.yaml{Suggestion.For(name.Text, known)}; allowed: {string.Join(", ", known)}");
        }

        if (catalog is not null && names.Select(n => catalog.Find(n.Text)).OfType<ModelEntry>().Select(m => m.Simulate is not null).Distinct().Count() > 1)
        {
            map.Problems.Report(line, $"{what} mixes simulated and real models");
        }

        return [.. names.Select(n => n.Text)];
    }
}
