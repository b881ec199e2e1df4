using System.Text.RegularExpressions;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Local.Demo;

/// <summary>The demo's own temporary folder: a configuration made from the shipped one, a data folder, logs.</summary>
sealed partial class DemoFolder(bool keep) : IDisposable
{
    /// <summary>The routes that the same documents run through once more, for comparison.</summary>
    public const string AllPowerful = "all-powerful";

    const string Comparison = $$"""
          # Every step on the powerful tier: what the routed runs are compared with.
          {{AllPowerful}}:
            steps:
              classify: { tier: powerful }
              extract: { tier: powerful }
              reason: { tier: powerful }
              verify: { tier: powerful, differentModelThan: reason }
            fallback: { direction: up, crossProvider: true, allowDowngrade: false, last: human }
        """;

    public string Root { get; } = Directory.CreateTempSubdirectory("durable-router-demo-").FullName;

    public string Config => Path.Combine(Root, "config");

    public string Data => Path.Combine(Root, "data");

    public string CallLog => Path.Combine(Root, "calls.log");

    public string HostLog => Path.Combine(Root, "host.log");

    static string Shipped => Path.Combine(AppContext.BaseDirectory, "config");

    public static ModelCatalog ShippedCatalog() => HostConfig.Load(Shipped, HostComposition.OwnChecks).Catalog;

    /// <summary>Copies the shipped configuration; its simulated providers get the endpoint, its routing the comparison's family and room in
    /// the budget for calls that a kill makes count at their upper bound.</summary>
    public void WriteConfig(string endpoint)
    {
        Directory.CreateDirectory(Path.Combine(Config, "pipelines"));
        foreach (var file in Directory.GetFiles(Path.Combine(Shipped, "pipelines"), "*.yaml"))
        {
            File.Copy(file, Path.Combine(Config, "pipelines", Path.GetFileName(file)));
        }

        Rewrite("models.yaml", SimulatedProvider(), $"{{ kind: simulated, endpoint: \"{endpoint}\" }}");
        Rewrite("routing.yaml", Families(), $"families:\n{Comparison}\n");
        var routing = Path.Combine(Config, "routing.yaml");
        File.WriteAllText(routing, PerRun().Replace(File.ReadAllText(routing), "perRun: 5"));
    }

    public void Dispose()
    {
        if (!keep)
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    void Rewrite(string file, Regex pattern, string replacement)
    {
        var text = File.ReadAllText(Path.Combine(Shipped, file));
        var changed = pattern.Replace(text, replacement.Replace("$", "$$", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(Config, file), changed != text ? changed
            : throw new InvalidOperationException($"The demo doesn't know the shipped {file} any more: nothing matched {pattern}."));
    }

    [GeneratedRegex(@"\{ kind: simulated \}")]
    private static partial Regex SimulatedProvider();

    [GeneratedRegex(@"^families:\r?\n", RegexOptions.Multiline)]
    private static partial Regex Families();

    [GeneratedRegex(@"perRun: [0-9.]+")]
    private static partial Regex PerRun();
}
