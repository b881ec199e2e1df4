using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Answering;

/// <summary>Bends a value to the bounds of its schema, so that an answer is valid even where nothing was found.</summary>
static class Constraint
{
    static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(200);

    // Tried in this order when the empty string is not allowed.
    static readonly string[] Blanks =
        ["", "unknown", "n/a", "-", "0", "00", "000", "0000", "a", "A", "AAA", "a0", "A0", "A-0", "0.00", "1970-01-01", "00:00:00Z", "1970-01-01T00:00:00Z",
         "nobody@example.com", "00000000-0000-0000-0000-000000000000", "https://example.com/", "P0D", "127.0.0.1", "::1", "example.com"];

    public static decimal Number(JsonObject schema, decimal value, bool whole)
    {
        if (Decimal(schema, "multipleOf") is { } step && step > 0)
        {
            value = Math.Round(value / step) * step;
        }

        value = whole ? Math.Round(value) : value;
        var tick = whole ? 1m : 0.01m;
        var low = Decimal(schema, "minimum") ?? Decimal(schema, "exclusiveMinimum") + tick;
        var high = Decimal(schema, "maximum") ?? Decimal(schema, "exclusiveMaximum") - tick;
        value = low is { } l && value < l ? l : value;
        return high is { } h && value > h ? h : value;
    }

    /// <summary>The wanted text when the schema takes it, else the first blank that it takes.</summary>
    public static string Text(JsonObject schema, string? wanted, out bool found)
    {
        var longest = (int?)Decimal(schema, "maxLength") ?? int.MaxValue;
        var trimmed = wanted is not null && wanted.Length > longest ? wanted[..longest] : wanted;
        found = trimmed is not null && Takes(schema, trimmed);
        if (found)
        {
            return trimmed!;
        }

        var shortest = (int?)Decimal(schema, "minLength") ?? 0;
        return Blanks.FirstOrDefault(b => Takes(schema, b)) ?? new string('-', Math.Min(shortest, 10_000));
    }

    static bool Takes(JsonObject schema, string text) =>
        text.Length >= (Decimal(schema, "minLength") ?? 0)
        && text.Length <= (Decimal(schema, "maxLength") ?? int.MaxValue)
        && (schema["pattern"]?.GetValue<string>() is not { } pattern || Matches(pattern, text))
        && (schema["format"]?.GetValue<string>() is not { } format || HasFormat(format, text));

    static bool Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.ECMAScript, PatternTimeout);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    static bool HasFormat(string format, string text) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => text.Contains('T') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "time" => text.Contains(':') && text.EndsWith('Z') && !text.Contains('T'),
        "email" => text.Contains('@') && !text.Contains(' '),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "duration" => text.StartsWith('P') && text.Length > 2,
        "ipv4" => text.Split('.').Length == 4 && System.Net.IPAddress.TryParse(text, out _),
        "ipv6" => text.Contains(':') && System.Net.IPAddress.TryParse(text, out _),
        "hostname" => Uri.CheckHostName(text) == UriHostNameType.Dns,
        _ => true,
    };

    static decimal? Decimal(JsonObject schema, string keyword) =>
        schema[keyword] is JsonValue v && v.GetValueKind() == JsonValueKind.Number
            ? decimal.Parse(v.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)
            : null;
}
