namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>One thing that keeps a configuration from being used.</summary>
/// <param name="File">Relative to the configuration's folder, with forward slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="Message">What is wrong and what is allowed instead.</param>
public sealed record ConfigProblem(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}
