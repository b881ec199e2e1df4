using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Routing;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Commands;

/// <summary>Says for each pipeline whether routing is worth its trouble, by the ledger's figures.</summary>
static class AdviseCommand
{
    static readonly Option<int> Days = new("--days") { Description = "How many days count, today (UTC) included", DefaultValueFactory = _ => 7, CustomParser = OptionValue.Number };

    static AdviseCommand() => Days.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is < 1 or > 365)
        {
            result.AddError("--days must be from 1 to 365");
        }
    });

    public static Command Create() => new Command("advise", "Say for each pipeline whether routing is worth it, or a single model would do")
    {
        Days, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var days = parse.GetValue(Days);
        var single = Single(HostConfig.Load(SharedOptions.ConfigFolder(parse), HostComposition.OwnChecks));
        var tomorrow = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Read);
        var groups = await session.CostAsync(tomorrow.AddDays(-days), tomorrow, CostGrouping.Pipeline, cancellationToken);

        // A ledger that is younger than the window would look idle in the days before it.
        var first = (await session.CostAsync(tomorrow.AddDays(-days), tomorrow, CostGrouping.Day, cancellationToken)).Min(g => g.Key);
        days = first is null ? days : DateOnly.FromDateTime(tomorrow.UtcDateTime).DayNumber - DateOnly.ParseExact(first, "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber;
        var advice = groups.Select(g => RoutingAdvice.For(g, days, single)).ToList();
        if (terminal.Json)
        {
            terminal.WriteJson(json => Write(json, advice));
        }
        else
        {
            Write(terminal, advice, days);
        }

        return ExitCodes.Ok;
    });

    /// <summary>What each run's cost is compared with, too.</summary>
    static ModelEntry Single(RouterConfig config) => config.Routing.BaselineModel is { } name && config.Catalog.Find(name) is { } baseline ? baseline
        : config.Catalog.Models.First(m => m.Tier == config.Catalog.Models.Max(other => other.Tier));

    static void Write(Terminal terminal, IReadOnlyList<RoutingAdvice> advice, int days)
    {
        if (advice.Count == 0)
        {
            RunText.Write(terminal.Out, $"No calls in the last {Figures.Many(days, "day")}: nothing to advise on.");
        }

        foreach (var a in advice)
        {
            RunText.Write(terminal.Out, $"{SafeText.Of(a.Pipeline)}: {SafeText.Of(a.Verdict)}");
            RunText.Write(terminal.Out, $"  {a.CallsPerDay.ToString("#,0.#", CultureInfo.InvariantCulture)} calls a day ({Figures.Count(a.Calls)} in {Figures.Many(a.Days, "day")}), "
                + $"{(a.CallsPerDay < RoutingAdvice.WorthwhileCallsPerDay ? "under" : "at least")} {Figures.Count(RoutingAdvice.WorthwhileCallsPerDay)}");
            RunText.Write(terminal.Out, $"  routed {Figures.Usd(a.RoutedUsdPerDay)} a day; {SafeText.Of(a.SingleModel)} alone, with the same tokens, {Figures.Usd(a.SingleUsdPerDay)}; "
                + (a.SavedUsdPerDay > 0 ? $"routing saves {Figures.Usd(a.SavedUsdPerDay * 30)} in 30 days" : "routing saves nothing"));
            if (a.Simulated)
            {
                RunText.Write(terminal.Out, "  some calls are simulated, at fictional prices");
            }
        }
    }

    static void Write(Utf8JsonWriter json, IReadOnlyList<RoutingAdvice> advice)
    {
        json.WriteStartObject();
        json.WriteNumber("worthwhileCallsPerDay", RoutingAdvice.WorthwhileCallsPerDay);
        json.WriteStartArray("value");
        foreach (var a in advice)
        {
            json.WriteStartObject();
            json.WriteString("pipeline", a.Pipeline);
            json.WriteBoolean("route", a.Route);
            json.WriteString("verdict", a.Verdict);
            json.WriteNumber("calls", a.Calls);
            json.WriteNumber("days", a.Days);
            json.WriteNumber("callsPerDay", a.CallsPerDay);
            json.WriteNumber("routedUsdPerDay", a.RoutedUsdPerDay);
            json.WriteString("singleModel", a.SingleModel);
            json.WriteNumber("singleUsdPerDay", a.SingleUsdPerDay);
            json.WriteBoolean("simulated", a.Simulated);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
