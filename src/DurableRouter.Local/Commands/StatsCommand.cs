using System.CommandLine;
using DurableRouter.Core.Ledger;
using DurableRouter.Http.Stats;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Commands;

/// <summary>Shows how the router's decisions turned out.</summary>
static class StatsCommand
{
    public static Command Create() => new Command("stats", "How routing turned out, by step and rule: first choices, fallbacks, misroutes")
    {
        LedgerPeriod.From, LedgerPeriod.To, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var (from, to) = LedgerPeriod.Of(parse);
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Read);
        var groups = await session.RoutingAsync(from, to, cancellationToken);
        if (terminal.Json)
        {
            terminal.WriteJson(json => StatsJson.Write(json, groups));
        }
        else
        {
            Write(terminal, groups);
        }

        return ExitCodes.Ok;
    });

    static void Write(Terminal terminal, IReadOnlyList<RoutingGroup> groups)
    {
        var table = new FigureTable().Name("step").Words("rule").Figure("decisions").Figure("first choice").Figure("fallback").Figure("human").Figure("none")
            .Figure("misroutes").Figure("degraded").Figure("cost");
        foreach (var g in groups)
        {
            table.Add(Terminal.Escape($"{g.Pipeline}/{g.Step}"), Terminal.Escape(g.Rule), Figures.Count(g.Decisions), Figures.Count(g.FirstChoice),
                Figures.Count(g.Fallbacks), Figures.Count(g.Human), Figures.Count(g.Unanswered), Figures.Count(g.Misroutes), Figures.Count(g.Degraded),
                Figures.Usd(g.CostUsd));
        }

        table.Write(terminal.Out);
        RunText.Write(terminal.Out, $"{Figures.Count(groups.Sum(g => g.Misroutes))} misroutes in {Figures.Count(groups.Sum(g => g.Decisions))} decisions");
    }
}
