namespace DurableRouter.Core.Definitions;

/// <summary>The files of a configuration folder.</summary>
public static class ConfigFiles
{
    public const string CatalogFile = "models.yaml";
    public const string RoutingFile = "routing.yaml";
    public const string ToolsFile = "tools.yaml";
    public const string WebhooksFile = "webhooks.yaml";
    public const string PipelinesFolder = "pipelines";
}
