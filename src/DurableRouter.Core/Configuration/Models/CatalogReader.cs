using System.Globalization;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Models;

/// <summary>Reads models.yaml.</summary>
static class CatalogReader
{
    public static ModelCatalog? Read(ConfigNode root, ProblemReporter problems)
    {
        if (MapReader.Open(root, problems, "the catalog") is not { } map)
        {
            return null;
        }

        var asOf = AsOf(map);
        var providers = new Dictionary<string, ProviderEntry>();
        if (map.Map("providers", required: true) is { } providerMap)
        {
            foreach (var entry in providerMap.Entries)
            {
                if (ProviderReader.Read(entry, problems) is { } provider)
                {
                    providers[entry.Key] = provider;
                }
            }
        }

        var models = new List<ModelEntry>();
        if (map.Map("models", required: true) is { } modelMap)
        {
            models.AddRange(modelMap.Entries.Select(e => ModelReader.Read(e, providers, problems)).OfType<ModelEntry>());
            if (modelMap.Entries.Count == 0)
            {
                problems.Report(modelMap.Line, "models is empty; at least one model is needed");
            }
        }

        map.Close();
        return new ModelCatalog(asOf, providers, models);
    }

    static DateOnly AsOf(MapReader map)
    {
        var text = map.Text("asOf");
        if (text.Length > 0 && !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            map.Problems.Report(map.LineOf("asOf"), $"asOf is '{text}'; allowed: a date like 2026-11-01, the day the prices were read");
        }

        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : default;
    }
}
