namespace DurableRouter.Core.Configuration.Routing;

/// <summary>Where things stand in routing.yaml, for the checks that need the pipelines too; and the folder the pipelines are in.</summary>
sealed class RoutingMarks
{
    public Dictionary<string, int> Families { get; } = [];

    public Dictionary<(string Family, string Step), int> Steps { get; } = [];

    public Dictionary<(string Family, string Step), int> DifferentModelThan { get; } = [];

    /// <summary>The steps and kinds that policies are about.</summary>
    public List<(string Family, string Step, int Line)> PolicySteps { get; } = [];

    /// <summary>The tasks that a family's tables and policies name.</summary>
    public Dictionary<string, List<(string Task, int Line)>> Tasks { get; } = [];

    public List<(string Task, int Line)> TasksOf(string family) => Tasks.TryGetValue(family, out var tasks) ? tasks : Tasks[family] = [];

    /// <summary>Relative to the configuration's folder; null: <c>pipelines</c>.</summary>
    public string? PipelinesFolder { get; set; }

    public int PipelinesLine { get; set; } = 1;
}
