using DurableRouter.Core.Catalog;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Tools;

namespace DurableRouter.Core.Pipelines;

/// <summary>Everything a run is pinned to. Stored once per version in the content store, so that an edit never reaches a run in flight.</summary>
/// <param name="SchemaVersion">Of this record's JSON form; readers accept every version up to their own.</param>
/// <param name="PipelineVersion">SHA-256 of the pipeline's canonical JSON.</param>
/// <param name="Tools">Those that the pipeline's steps name, in their order; null: none.</param>
public sealed record RunDefinition(int SchemaVersion, string PipelineVersion, PipelineDefinition Pipeline, ModelCatalog Catalog, RoutingPolicy Routing,
    IReadOnlyList<ToolDefinition>? Tools = null)
{
    public const int CurrentSchemaVersion = 1;
}

/// <summary>Finds a stored definition by its address, for workflow code and activities alike.</summary>
/// <remarks>Synchronous on purpose: workflow code may call it, and the same address always gives the same definition, so it is as
/// deterministic as a constant. Implementations keep parsed definitions in memory.</remarks>
public interface IDefinitionSource
{
    /// <exception cref="Errors.DurableRouterException">Code <c>definition_missing</c>.</exception>
    CompiledDefinition Get(string sha256);
}
