using System.Collections.Frozen;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Http.Pipelines;

/// <summary>The pipelines of this host, each in the version that new runs are pinned to.</summary>
public sealed class DefinitionRegistry
{
    readonly FrozenDictionary<string, PublishedPipeline> _byName;

    /// <param name="definitions">One per pipeline, all of the same configuration.</param>
    /// <param name="checks">The own checks that pipelines may name here; null: none.</param>
    /// <param name="tools">The tools that they may name; null: none.</param>
    public DefinitionRegistry(IEnumerable<CompiledDefinition> definitions, OutputChecks? checks = null, IReadOnlyList<ToolDefinition>? tools = null)
    {
        Checks = checks ?? OutputChecks.None;
        Tools = tools ?? [];
        All = [.. definitions.Select(d => new PublishedPipeline(d)).OrderBy(p => p.Name, StringComparer.Ordinal)];
        _byName = All.ToFrozenDictionary(p => p.Name);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<PublishedPipeline> All { get; }

    public OutputChecks Checks { get; }

    public IReadOnlyList<ToolDefinition> Tools { get; }

    /// <summary>Null without pipelines.</summary>
    public ModelCatalog? Catalog => All.Count == 0 ? null : All[0].Definition.Catalog;

    /// <summary>Null without pipelines.</summary>
    public RoutingPolicy? Routing => All.Count == 0 ? null : All[0].Definition.Routing;

    /// <summary>Pins every pipeline of a loaded configuration.</summary>
    public static DefinitionRegistry From(RouterConfig config) =>
        new(config.Pipelines.Values.Select(p => CompiledDefinition.Pin(p, config.Catalog, config.Routing, config.Tools, config.Checks)), config.Checks,
            config.Tools);

    /// <exception cref="DurableRouterException">Code <c>pipeline_not_found</c>.</exception>
    public PublishedPipeline Get(string name) => _byName.TryGetValue(name, out var found)
        ? found
        : throw new DurableRouterException(ErrorCodes.PipelineNotFound,
            $"No pipeline is named {name}. Nothing was kept; GET /api/pipelines lists the names.");
}
