using System.CommandLine;
using DurableRouter.Core.Durability;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Commands;

/// <summary>Lists runs, newest first.</summary>
static class RunsCommand
{
    /// <summary>Columns that a run's line takes.</summary>
    const int OneLine = 120;

    static readonly Option<RuntimeStatus?> Status = new("--status") { Description = "Only runs in this state", CustomParser = result => OptionValue.Word<RuntimeStatus>(result) };

    static readonly Option<string?> Pipeline = new("--pipeline") { Description = "Only runs of this pipeline", HelpName = "NAME" };

    static readonly Option<int> Top = new("--top") { Description = "How many, 1 to 1000", DefaultValueFactory = _ => 20, HelpName = "N", CustomParser = OptionValue.Number };

    public static Command Create() => new Command("runs", "List runs, newest first")
    {
        Status, Pipeline, Top, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var top = parse.GetValue(Top);
        if (top is < 1 or > 1000)
        {
            throw new UsageException("--top must be 1 to 1000");
        }

        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Read);
        var runs = await session.ListAsync(new RunFilter(parse.GetValue(Status)?.ToString(), parse.GetValue(Pipeline), top), cancellationToken);
        if (terminal.Json)
        {
            terminal.WriteJson(runs.Json.WriteTo);
            return ExitCodes.Ok;
        }

        if (runs.Value.Value.Count == 0)
        {
            RunText.Write(terminal.Out, "No runs. Start one: durable-router run --input FILE");
            return ExitCodes.Ok;
        }

        foreach (var run in runs.Value.Value)
        {
            var cost = run.CustomStatus is { } status ? Figures.Usd(status.CostUsd) : "";
            var facts = $"{Terminal.Escape(run.Pipeline)}  {Figures.Time(run.CreatedTime)}  {cost,9}";
            terminal.Out.MarkupLine(terminal.Out.Profile.Width < OneLine ? $"{Terminal.Escape(run.Id)}  {RunText.State(run)}\n  {facts}" : $"{Terminal.Escape(run.Id)}  {facts}  {RunText.State(run)}");
            if (run is { IsTerminal: false, CustomStatus.WaitingFor: { } waiting })
            {
                terminal.Out.MarkupLine($"  [yellow]waits for {Terminal.Escape(waiting)}[/]");
            }
        }

        return ExitCodes.Ok;
    });
}
