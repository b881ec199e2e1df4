using System.CommandLine;
using System.Globalization;

namespace DurableRouter.Local.Commands;

/// <summary>The days that sums over the ledger are asked for.</summary>
static class LedgerPeriod
{
    public static readonly Option<string?> From = new("--from") { Description = "First day, UTC", HelpName = "YYYY-MM-DD" };

    public static readonly Option<string?> To = new("--to") { Description = "Last day, UTC", HelpName = "YYYY-MM-DD" };

    /// <returns>From the beginning of the first day to the end of the last, UTC; null: open.</returns>
    public static (DateTimeOffset? From, DateTimeOffset? To) Of(ParseResult parse) =>
        (Day(parse.GetValue(From), "--from"), Day(parse.GetValue(To), "--to")?.AddDays(1));

    static DateTimeOffset? Day(string? text, string option) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : throw new UsageException($"{option} must be a day like 2026-01-31");
}
