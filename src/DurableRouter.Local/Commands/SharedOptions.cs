using System.CommandLine;

namespace DurableRouter.Local.Commands;

/// <summary>Options that several commands take, with one meaning.</summary>
static class SharedOptions
{
    public static readonly Option<string?> Config = new("--config")
    {
        Description = "The folder with models.yaml, routing.yaml and pipelines/ [env: DURABLEROUTER_CONFIG; default: the one beside the program]",
        HelpName = "DIR",
    };

    public static readonly Option<string?> Data = new("--data")
    {
        Description = "The folder with the runs [env: DURABLEROUTER_DATA; default: .durablerouter]",
        HelpName = "DIR",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object on standard output" };

    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress on standard error" };

    public static readonly Argument<string> RunId = new("RUN") { Description = "The run's id" };

    /// <exception cref="UsageException">There is no such folder.</exception>
    public static string ConfigFolder(ParseResult parse)
    {
        var folder = parse.GetValue(Config) ?? Variable("DURABLEROUTER_CONFIG") ?? Path.Combine(AppContext.BaseDirectory, "config");
        return Directory.Exists(folder) ? folder : throw new UsageException($"There is no configuration folder {Path.GetFullPath(folder)}. Name one with --config.");
    }

    /// <exception cref="UsageException">It is a file.</exception>
    public static string DataFolder(ParseResult parse)
    {
        var folder = parse.GetValue(Data) ?? Variable("DURABLEROUTER_DATA") ?? ".durablerouter";
        return File.Exists(folder) ? throw new UsageException($"The data folder {Path.GetFullPath(folder)} is a file. Name a folder with --data.") : folder;
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
