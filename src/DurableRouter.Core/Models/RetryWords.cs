using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DurableRouter.Core.Models;

/// <summary>How long a provider asks to wait, where it says so in the body and not in a header.</summary>
/// <remarks>Google puts a <c>RetryInfo</c> into the details (https://cloud.google.com/apis/design/errors), others a number, most of them a sentence: "Please try again in 2.5s",
/// "retry after 30 seconds", "in 6m0s".</remarks>
static partial class RetryWords
{
    const string Unit = "(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)";
    const string Count = @"[0-9]{1,9}(?:\.[0-9]{1,9})?";

    // Linear in the text's length: the text is the other side's.
    static readonly Regex Sentence = new(
        @"\b(?:(?:re)?try(?:ing)?(?:\s+(?:your|the|this)\s+\w+)?(?:\s+again)?(?:\s+later)?|wait(?:ing)?|resets?|refresh(?:es|ed)?|available(?:\s+again)?)"
            + $@"\s*(?:in|after|for|at\s+least|for\s+at\s+least)?\s*[:=]?\s*(?<wait>(?:{Count}\s*{Unit}\b[\s,]*(?:and\s+)?|{Count}(?:ms|s|m|h|d))+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    // In seconds, unless the name says otherwise.
    static readonly HashSet<string> Seconds = new(StringComparer.OrdinalIgnoreCase)
    {
        "retry_after", "retryAfter", "retry-after", "retryDelay", "retry_delay", "retry_after_seconds", "retryAfterSeconds", "wait_seconds",
    };

    static readonly HashSet<string> Milliseconds = new(StringComparer.OrdinalIgnoreCase) { "retry_after_ms", "retryAfterMs", "retry-after-ms" };

    /// <summary>A member of the body that holds a wait; null when it isn't one.</summary>
    public static TimeSpan? Read(string name, JsonElement value)
    {
        var unit = Seconds.Contains(name) ? 1000.0 : Milliseconds.Contains(name) ? 1.0 : 0;
        if (unit == 0)
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out var number) => Wait(number * unit),
            JsonValueKind.String when value.GetString() is { } text => Number(text) is { } number ? Wait(number * unit) : Parts(text),
            // The wire form of a duration in gateways that print messages field by field.
            JsonValueKind.Object => Wait(((Part(value, "seconds") ?? 0) * 1000) + ((Part(value, "nanos") ?? 0) / 1e6)),
            _ => null,
        };
    }

    /// <summary>The wait that a sentence asks for; null when it names none.</summary>
    public static TimeSpan? Read(string text) => Sentence.Match(text) is { Success: true } match ? Parts(match.Groups["wait"].Value) : null;

    static TimeSpan? Parts(string text)
    {
        var (sum, any) = (0.0, false);
        foreach (Match part in Part().Matches(text))
        {
            var unit = part.Groups["unit"].Value.ToLowerInvariant();
            var factor = unit switch
            {
                "ms" or "millisecond" or "milliseconds" => 1,
                "m" or "min" or "mins" or "minute" or "minutes" => 60_000,
                "h" or "hr" or "hrs" or "hour" or "hours" => 3_600_000,
                "d" or "day" or "days" => 86_400_000,
                _ => 1000.0,
            };
            sum += double.Parse(part.Groups["count"].Value, CultureInfo.InvariantCulture) * factor;
            any = true;
        }

        return any ? Wait(sum) : null;
    }

    static double? Part(JsonElement value, string name) =>
        !value.TryGetProperty(name, out var part) ? null
        : part.ValueKind == JsonValueKind.Number && part.TryGetDouble(out var number) ? number
        : part.ValueKind == JsonValueKind.String ? Number(part.GetString()!)
        : null;

    static double? Number(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A wait below zero is none.</summary>
    static TimeSpan? Wait(double milliseconds) => milliseconds switch
    {
        < 0 or double.NaN => null,
        _ => milliseconds >= RetryAfterHeader.Longest.TotalMilliseconds ? RetryAfterHeader.Longest : TimeSpan.FromMilliseconds(Math.Ceiling(milliseconds)),
    };

    [GeneratedRegex(@"(?<count>[0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(?<unit>milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
