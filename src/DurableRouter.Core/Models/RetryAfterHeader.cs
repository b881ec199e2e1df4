using System.ClientModel.Primitives;
using System.Globalization;

namespace DurableRouter.Core.Models;

/// <summary>How long a provider asks to wait.</summary>
static class RetryAfterHeader
{
    /// <summary>Longer waits count as this: far above any cap, and safe to add to a clock.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // The form in use, then the two that a recipient must still read.
    static readonly string[] HttpDates = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    // In milliseconds, from OpenAI and from Azure; finer than Retry-After, which stands beside them.
    static readonly string[] Finer = ["retry-after-ms", "x-ms-retry-after-ms"];

    /// <summary>The finer <c>retry-after-ms</c> and <c>x-ms-retry-after-ms</c> go before <c>Retry-After</c> in seconds or as an HTTP date
    /// (RFC 9110, 10.2.3, in the three forms of 5.6.7), and all before <see cref="RateLimitReset"/>. Null when there is none that can be
    /// read: a negative one can't. A moment in the past is zero.</summary>
    public static TimeSpan? Read(PipelineResponseHeaders headers, DateTimeOffset now)
    {
        foreach (var name in Finer)
        {
            if (headers.TryGetValue(name, out var finer) && Number(finer) is { } milliseconds)
            {
                return Bounded(milliseconds);
            }
        }

        headers.TryGetValue("Retry-After", out var text);
        return Read(text, now) ?? (RateLimitReset.Milliseconds(headers, now) is { } reset ? Bounded(reset) : null);
    }

    /// <summary><c>Retry-After</c> alone, in seconds or as an HTTP date; null when it can't be read.</summary>
    public static TimeSpan? Read(string? text, DateTimeOffset now)
    {
        if (Number(text) is { } seconds)
        {
            return Bounded(seconds * 1000);
        }

        return DateTimeOffset.TryParseExact(text, HttpDates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var date)
            ? Bounded((date - now).TotalMilliseconds) : null;
    }

    static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var value) ? value : null;

    static TimeSpan Bounded(double milliseconds) =>
        milliseconds >= Longest.TotalMilliseconds ? Longest : TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(milliseconds)));
}
