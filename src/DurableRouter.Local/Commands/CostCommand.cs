using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Ledger;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Commands;

/// <summary>Sums the ledger by day, model, pipeline, step or tier.</summary>
static class CostCommand
{
    static readonly Option<CostGrouping> By = new("--by") { Description = "What to add up by", DefaultValueFactory = _ => CostGrouping.Model };

    static readonly Option<string?> From = new("--from") { Description = "First day, UTC", HelpName = "YYYY-MM-DD" };

    static readonly Option<string?> To = new("--to") { Description = "Last day, UTC", HelpName = "YYYY-MM-DD" };

    public static Command Create() => new Command("cost", "What was spent, by model, step, pipeline, tier or day")
    {
        By, From, To, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var from = Day(parse.GetValue(From), "--from");
        var to = Day(parse.GetValue(To), "--to")?.AddDays(1);
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Read);
        var groups = await session.CostAsync(from, to, parse.GetValue(By), cancellationToken);
        if (terminal.Json)
        {
            terminal.WriteJson(json => Write(json, parse.GetValue(By), groups));
        }
        else
        {
            Write(terminal, parse.GetValue(By), groups);
        }

        return ExitCodes.Ok;
    });

    static void Write(Terminal terminal, CostGrouping by, IReadOnlyList<CostGroup> groups)
    {
        var table = RunText.Plain(Word(by), "runs", "attempts", "not ok", "input", "cached", "output", "reasoning", "cost");
        foreach (var column in table.Columns.Skip(1))
        {
            column.RightAligned();
        }

        foreach (var g in groups.OrderByDescending(g => g.CostUsd))
        {
            table.AddRow(Terminal.Escape(g.Key), Figures.Count(g.Runs), Figures.Count(g.Attempts), Figures.Count(g.Failed), Figures.Count(g.InputTokens),
                Figures.Count(g.CachedInputTokens), Figures.Count(g.OutputTokens), Figures.Count(g.ReasoningTokens), Figures.Usd(g.CostUsd));
        }

        terminal.Out.Write(table);
        RunText.Write(terminal.Out, $"total {Figures.Usd(groups.Sum(g => g.CostUsd))} in {Figures.Count(groups.Sum(g => g.Attempts))} attempts");
        if (groups.Sum(g => g.Simulated) is > 0 and var simulated)
        {
            RunText.Write(terminal.Out, $"{Figures.Count(simulated)} attempts are simulated, at fictional prices");
        }
    }

    static void Write(Utf8JsonWriter json, CostGrouping by, IReadOnlyList<CostGroup> groups)
    {
        json.WriteStartObject();
        json.WriteString("groupBy", Word(by));
        json.WriteStartArray("value");
        foreach (var g in groups)
        {
            json.WriteStartObject();
            json.WriteString("key", g.Key);
            json.WriteNumber("runs", g.Runs);
            json.WriteNumber("attempts", g.Attempts);
            json.WriteNumber("failed", g.Failed);
            json.WriteNumber("simulated", g.Simulated);
            json.WriteNumber("inputTokens", g.InputTokens);
            json.WriteNumber("cachedInputTokens", g.CachedInputTokens);
            json.WriteNumber("outputTokens", g.OutputTokens);
            json.WriteNumber("reasoningTokens", g.ReasoningTokens);
            json.WriteNumber("costUsd", g.CostUsd);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("totalUsd", groups.Sum(g => g.CostUsd));
        json.WriteEndObject();
    }

    static string Word(CostGrouping by) => by.ToString().ToLowerInvariant();

    static DateTimeOffset? Day(string? text, string option) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : throw new UsageException($"{option} must be a day like 2026-01-31");
}
