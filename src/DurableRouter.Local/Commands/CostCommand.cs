using System.CommandLine;
using DurableRouter.Core.Ledger;
using DurableRouter.Http.Stats;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Commands;

/// <summary>Sums the ledger by day, model, pipeline, step or tier.</summary>
static class CostCommand
{
    static readonly Option<CostGrouping> By = new("--by") { Description = "What to add up by", DefaultValueFactory = _ => CostGrouping.Model, CustomParser = OptionValue.Word<CostGrouping> };

    public static Command Create() => new Command("cost", "What was spent, by model, step, pipeline, tier or day")
    {
        By, LedgerPeriod.From, LedgerPeriod.To, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var (from, to) = LedgerPeriod.Of(parse);
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Read);
        var groups = await session.CostAsync(from, to, parse.GetValue(By), cancellationToken);
        if (terminal.Json)
        {
            terminal.WriteJson(json => StatsJson.Write(json, new CostStats(parse.GetValue(By), groups)));
        }
        else
        {
            Write(terminal, parse.GetValue(By), groups);
        }

        return ExitCodes.Ok;
    });

    static void Write(Terminal terminal, CostGrouping by, IReadOnlyList<CostGroup> groups)
    {
        var table = new FigureTable().Name(Word(by)).Figure("runs").Figure("attempts").Figure("not ok").Figure("input").Figure("cached").Figure("output")
            .Figure("reasoning").Figure("cost");
        foreach (var g in groups.OrderByDescending(g => g.CostUsd))
        {
            table.Add(Terminal.Escape(g.Key), Figures.Count(g.Runs), Figures.Count(g.Attempts), Figures.Count(g.Failed), Figures.Count(g.InputTokens),
                Figures.Count(g.CachedInputTokens), Figures.Count(g.OutputTokens), Figures.Count(g.ReasoningTokens), Figures.Usd(g.CostUsd));
        }

        table.Write(terminal.Out);
        RunText.Write(terminal.Out, $"total {Figures.Usd(groups.Sum(g => g.CostUsd))} in {Figures.Count(groups.Sum(g => g.Attempts))} attempts");
        if (groups.Sum(g => g.Simulated) is > 0 and var simulated)
        {
            RunText.Write(terminal.Out, $"{Figures.Count(simulated)} attempts are simulated, at fictional prices");
        }
    }

    static string Word(CostGrouping by) => by.ToString().ToLowerInvariant();
}
