using System.CommandLine;
using DurableRouter.Core.Configuration;
using DurableRouter.Http.Pipelines;
using DurableRouter.Local.Output;

namespace DurableRouter.Local.Commands;

/// <summary>Checks a configuration folder and names every problem with file and line.</summary>
static class ValidateCommand
{
    public static Command Create() => new Command("validate", "Check the configuration; every problem with file and line")
    {
        SharedOptions.Config, SharedOptions.Json,
    }.Does((parse, terminal, _) =>
    {
        var folder = SharedOptions.ConfigFolder(parse);
        var loaded = ConfigLoader.Load(folder, HostComposition.OwnChecks);
        if (terminal.Json)
        {
            terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                ConfigProblemJson.WriteMembers(json, loaded.IsValid, loaded.Problems);
                json.WriteEndObject();
            });
        }
        else if (loaded.Config is { } config)
        {
            RunText.Write(terminal.Out, $"{folder}: valid. {config.Catalog.Models.Count} models, {config.Routing.Families.Count} families, {(config.Tools.Count == 0 ? "" : $"tools: {string.Join(", ", config.Tools.Select(t => t.Name))}, ")}pipelines: {string.Join(", ", config.Pipelines.Keys)}");
        }
        else
        {
            foreach (var problem in loaded.Problems)
            {
                RunText.Write(terminal.Out, Path.Combine(folder, SafeText.Of(problem.ToString())));
            }
        }

        return Task.FromResult(loaded.IsValid ? ExitCodes.Ok : ExitCodes.Usage);
    });
}
