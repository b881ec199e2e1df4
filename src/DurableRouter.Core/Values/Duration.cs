using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableRouter.Core.Values;

/// <summary>Durations as configuration files write them: a whole number and one of <c>ms s m h d</c>.</summary>
static partial class Duration
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <returns>Null when the text is no duration, zero, or longer than <see cref="Longest"/>.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var count = long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var ticks = match.Groups[2].Value switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            _ => TimeSpan.TicksPerDay,
        };
        return count > 0 && count <= Longest.Ticks / ticks ? TimeSpan.FromTicks(count * ticks) : null;
    }

    [GeneratedRegex(@"^([0-9]{1,12})(ms|s|m|h|d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
