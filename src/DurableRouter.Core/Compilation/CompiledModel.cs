using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Compilation;

/// <summary>A catalog entry with what routing asks of it.</summary>
/// <param name="Order">Its place in the catalog.</param>
/// <param name="Local">True when its data never leaves.</param>
public sealed record CompiledModel(ModelEntry Entry, ProviderEntry Provider, int Order, bool Local)
{
    public string Name => Entry.Name;

    public bool Simulated => Provider.Kind == ProviderKind.Simulated;

    /// <summary>0 for low, 1 for medium, 2 for high.</summary>
    public int LatencyClass { get; } = Math.Max(0, Array.IndexOf(CatalogWords.Latencies, Entry.Capabilities.Latency));

    /// <summary>US dollars when no token comes from the provider's cache and the whole output limit is used.</summary>
    public decimal UpperBoundUsd(int inputTokens, int outputTokens) =>
        (inputTokens * Entry.Price.Input + outputTokens * Entry.Price.Output) / 1_000_000m;
}
