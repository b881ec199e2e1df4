using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableRouter.Core.Models;

/// <summary>When a limit that a provider reports starts anew: <c>x-ratelimit-reset-requests</c> and <c>-tokens</c> (OpenAI, Azure), or
/// <c>x-ratelimit-reset</c> (gateways).</summary>
/// <remarks>Forms seen in providers' documentation: a duration such as <c>6m0s</c> or <c>120ms</c>
/// (https://platform.openai.com/docs/guides/rate-limits), seconds, and Unix time in seconds or milliseconds (OpenRouter).</remarks>
static partial class RateLimitReset
{
    // Above these no wait is meant but a moment.
    const double LeastUnixSeconds = 1e9;
    const double LeastUnixMilliseconds = 1e12;

    static readonly string[] Limits = ["-requests", "-tokens", ""];

    /// <summary>The latest reset of the limits that are used up.</summary>
    /// <returns>Milliseconds, which may be in the past; null when no limit says so.</returns>
    public static double? Milliseconds(PipelineResponseHeaders headers, DateTimeOffset now)
    {
        double? latest = null;
        foreach (var limit in Limits)
        {
            // A limit with something left isn't the one that refused.
            var used = !headers.TryGetValue("x-ratelimit-remaining" + limit, out var left)
                || (double.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out var remaining) && remaining <= 0);
            if (used && headers.TryGetValue("x-ratelimit-reset" + limit, out var text) && text is not null && Read(text.Trim(), now) is { } reset)
            {
                latest = Math.Max(latest ?? reset, reset);
            }
        }

        return latest;
    }

    static double? Read(string text, DateTimeOffset now)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number >= LeastUnixMilliseconds ? number - now.ToUnixTimeMilliseconds()
                : number >= LeastUnixSeconds ? (number * 1000) - now.ToUnixTimeMilliseconds()
                : number * 1000;
        }

        if (Duration().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var sum = 0.0;
        foreach (Capture part in match.Groups[1].Captures)
        {
            var unit = part.Value.AsSpan().TrimStart("0123456789.");
            var count = double.Parse(part.Value.AsSpan(0, part.Length - unit.Length), CultureInfo.InvariantCulture);
            sum += count * (unit is "ms" ? 1 : unit is "s" ? 1000 : unit is "m" ? 60_000 : unit is "h" ? 3_600_000 : 86_400_000);
        }

        return sum;
    }

    [GeneratedRegex(@"^(?:([0-9]{1,9}(?:\.[0-9]{1,9})?(?:ms|s|m|h|d)))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
