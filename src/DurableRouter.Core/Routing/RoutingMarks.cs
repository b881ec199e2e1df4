namespace DurableRouter.Core.Routing;

/// <summary>Where things stand in routing.yaml, for the checks that need the pipelines too; and the folder the pipelines are in.</summary>
sealed class RoutingMarks
{
    public Dictionary<string, int> Families { get; } = [];

    public Dictionary<(string Family, string Step), int> Steps { get; } = [];

    public Dictionary<(string Family, string Step), int> DifferentModelThan { get; } = [];

    /// <summary>Relative to the configuration's folder; null: <c>pipelines</c>.</summary>
    public string? PipelinesFolder { get; set; }

    public int PipelinesLine { get; set; } = 1;
}
