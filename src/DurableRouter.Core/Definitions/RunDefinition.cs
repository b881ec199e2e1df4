namespace DurableRouter.Core.Definitions;

/// <summary>Everything a run is pinned to. Stored once per version in the content store, so that an edit never reaches a run in flight.</summary>
/// <param name="SchemaVersion">Of this record's JSON form; readers accept every version up to their own.</param>
/// <param name="PipelineVersion">SHA-256 of the pipeline's canonical JSON.</param>
/// <param name="Tools">Those that the pipeline's steps name, in their order; null: none.</param>
public sealed record RunDefinition(int SchemaVersion, string PipelineVersion, PipelineDefinition Pipeline, ModelCatalog Catalog, RoutingPolicy Routing,
    IReadOnlyList<ToolDefinition>? Tools = null)
{
    public const int CurrentSchemaVersion = 1;
}
