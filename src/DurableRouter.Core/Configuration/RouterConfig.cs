using DurableRouter.Core.Checks;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration;

/// <summary>A configuration folder that passed every check.</summary>
/// <param name="Pipelines">By name.</param>
public sealed record RouterConfig(ModelCatalog Catalog, RoutingPolicy Routing, IReadOnlyDictionary<string, PipelineDefinition> Pipelines)
{
    /// <summary>Signed messages in and out.</summary>
    public WebhookConfig Webhooks { get; init; } = WebhookConfig.None;

    /// <summary>What <c>tools.yaml</c> declares.</summary>
    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>The own checks that the pipelines may name.</summary>
    public OutputChecks Checks { get; init; } = OutputChecks.None;
}
