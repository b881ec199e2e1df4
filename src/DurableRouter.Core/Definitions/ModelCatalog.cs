using System.Text.Json.Serialization;

namespace DurableRouter.Core.Definitions;

/// <summary>The only allowlist of models: what is not here is never called. Immutable; a run is pinned to the one it started with.</summary>
/// <param name="AsOf">The date of the prices.</param>
/// <param name="Providers">By name.</param>
/// <param name="Models">In the order of the file, which breaks ties in routing.</param>
public sealed record ModelCatalog(DateOnly AsOf, IReadOnlyDictionary<string, ProviderEntry> Providers, IReadOnlyList<ModelEntry> Models)
{
    public ModelEntry? Find(string name)
    {
        foreach (var model in Models)
        {
            if (model.Name == name)
            {
                return model;
            }
        }

        return null;
    }

    /// <summary>True when it holds simulated and real models: then only explicit chains keep them apart.</summary>
    [JsonIgnore]
    public bool IsMixed => Models.Select(m => m.Simulate is not null).Distinct().Count() > 1;
}
