using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Demo;

/// <param name="Routed">The run's ledger through the shipped routes.</param>
/// <param name="Powerful">The ledger of the run with every step on the powerful tier.</param>
sealed record DemoResult(DemoDocument Document, RunInfo Run, LedgerInfo Routed, RunInfo ComparisonRun, LedgerInfo Powerful)
{
    /// <summary>Calls whose outcome the kill hid: nobody knows what they cost, so they stand apart at their upper bound.</summary>
    public decimal UnknownUsd => Routed.Attempts.Where(a => a.Outcome == "outcome_unknown").Sum(a => a.CostUsd);

    public decimal RoutedUsd => Routed.TotalUsd - UnknownUsd;
}

/// <summary>The table at the end: what each document took, and what it would have taken on the powerful tier alone.</summary>
static class DemoReport
{
    public static void Write(IAnsiConsole console, IReadOnlyList<DemoResult> results)
    {
        var table = new FigureTable().Name("document").Figure("calls").Figure("tokens").Figure("checks").Figure("routed").Figure("unknown, at most").Figure("all powerful")
            .Figure("saving");
        foreach (var r in results)
        {
            table.Add(Terminal.Escape(r.Document.Name), Figures.Count(r.Routed.Attempts.Count), Figures.Count(r.Routed.Attempts.Sum(a => a.Tokens)), Checks([r]),
                Figures.Usd(r.RoutedUsd), Figures.Usd(r.UnknownUsd), Figures.Usd(r.Powerful.TotalUsd), Figures.Saving(r.RoutedUsd, r.Powerful.TotalUsd));
        }

        var (routed, unknown, powerful) = (results.Sum(r => r.RoutedUsd), results.Sum(r => r.UnknownUsd), results.Sum(r => r.Powerful.TotalUsd));
        table.Add("", "", "", "", "", "", "", "");
        table.Add("all", Figures.Count(results.Sum(r => r.Routed.Attempts.Count)), Figures.Count(results.Sum(r => r.Routed.Attempts.Sum(a => a.Tokens))),
            Checks(results), Figures.Usd(routed), Figures.Usd(unknown), Figures.Usd(powerful), $"[bold]{Figures.Saving(routed, powerful)}[/]");
        table.Write(console);
        RunText.Write(console, "all powerful: the same documents, really executed with every step on the powerful tier.");
        RunText.Write(console, $"The kill hid what some calls cost: at most {Figures.Usd(unknown)}, booked in the ledger and not part of the saving.");
        console.MarkupLine("[yellow]Simulated models, fictional prices[/]: the saving says nothing about real models.");
    }

    static string Checks(IReadOnlyList<DemoResult> results)
    {
        var checks = results.SelectMany(r => r.Routed.Attempts).SelectMany(a => a.Checks).ToList();
        return $"{checks.Count(c => c.Passed)}/{checks.Count}";
    }
}
