using System.ClientModel.Primitives;
using System.Globalization;

namespace DurableRouter.Core.Models;

/// <summary>How long a provider asks to wait.</summary>
static class RetryAfterHeader
{
    /// <summary>Longer waits count as this: far above any cap, and safe to add to a clock.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The finer <c>retry-after-ms</c> (OpenAI, Azure) goes before <c>Retry-After</c> in seconds or as an HTTP date
    /// (RFC 9110, 10.2.3). Null when there is none that can be read; a date in the past is zero.</summary>
    public static TimeSpan? Read(PipelineResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.TryGetValue("retry-after-ms", out var text) && Number(text) is { } milliseconds)
        {
            return Bounded(milliseconds);
        }

        if (!headers.TryGetValue("Retry-After", out text) || text is null)
        {
            return null;
        }

        if (Number(text) is { } seconds)
        {
            return Bounded(seconds * 1000);
        }

        return DateTimeOffset.TryParseExact(text.Trim(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Bounded((date - now).TotalMilliseconds)
            : null;
    }

    static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var value) ? value : null;

    static TimeSpan Bounded(double milliseconds) =>
        milliseconds >= Longest.TotalMilliseconds ? Longest : TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(milliseconds)));
}
