using System.CommandLine;
using DurableRouter.Core.Durability;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Commands;

/// <summary>Lists runs, newest first.</summary>
internal static class RunsCommand
{
    static readonly Option<RuntimeStatus?> Status = new("--status") { Description = "Only runs in this state" };

    static readonly Option<string?> Pipeline = new("--pipeline") { Description = "Only runs of this pipeline", HelpName = "NAME" };

    static readonly Option<int> Top = new("--top") { Description = "How many, 1 to 1000", DefaultValueFactory = _ => 20, HelpName = "N" };

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

        var table = RunText.Plain("run", "pipeline", "started", "cost", "state");
        table.Columns[3].Alignment = Justify.Right;
        foreach (var run in runs.Value.Value)
        {
            table.AddRow(Terminal.Escape(run.Id), Terminal.Escape(run.Pipeline), Figures.Time(run.CreatedTime),
                run.CustomStatus is { } status ? Figures.Usd(status.CostUsd) : "", RunText.Status(run));
        }

        terminal.Out.Write(table);
        return ExitCodes.Ok;
    });
}
