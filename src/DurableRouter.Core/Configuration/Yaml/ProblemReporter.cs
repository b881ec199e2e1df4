namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>Collects the problems of one file into the list of its folder.</summary>
sealed class ProblemReporter(string file, List<ConfigProblem> problems)
{
    public string File { get; } = file;

    public void Report(int line, string message) => problems.Add(new ConfigProblem(File, line, message));

    public void Report(ConfigNode node, string message) => Report(node.Line, message);

    /// <summary>True when any file of the folder has a problem.</summary>
    public bool AnySoFar => problems.Count > 0;

    /// <summary>The place of a node in the form that messages use.</summary>
    public string Place(int line) => $"{File}:{line}";
}
