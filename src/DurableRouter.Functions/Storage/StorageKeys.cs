using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DurableRouter.Functions.Storage;

/// <summary>Keys of table entities: never a forbidden character, never too long, and ordered as the questions want it.</summary>
static class StorageKeys
{
    // A key may have 1 KiB of UTF-16; the rest is for prefixes.
    const int MaxLength = 400;
    const int LongestDay = 99_999_999;

    /// <summary>Any text as a part of a key: what tables don't take stands as <c>!</c> and four hex digits; long ones end in their hash.</summary>
    public static string Escape(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '/' or '\\' or '#' or '?' or '!' or '%' || char.IsControl(c) || char.IsSurrogate(c))
            {
                key.Append(CultureInfo.InvariantCulture, $"!{(int)c:x4}");
            }
            else
            {
                key.Append(c);
            }
        }

        return key.Length <= MaxLength ? key.ToString() : key.ToString(0, MaxLength - 65) + "!" + Sha256(text);
    }

    /// <summary>The first key that doesn't begin so.</summary>
    public static string Past(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset at) => Day(DateOnly.FromDateTime(at.UtcDateTime));

    public static string Month(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture);

    /// <summary>A day's partition where the newest comes first.</summary>
    public static string NewestDay(DateTimeOffset at) =>
        (LongestDay - int.Parse(Day(at), CultureInfo.InvariantCulture)).ToString("D8", CultureInfo.InvariantCulture);

    public static string NewestFirst(DateTimeOffset at, string id) =>
        string.Create(CultureInfo.InvariantCulture, $"{DateTime.MaxValue.Ticks - at.UtcTicks:D19}-{Escape(id)}");

    public static string OldestFirst(DateTimeOffset at, string id) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks:D19}-{Escape(id)}");

    /// <summary>What stands before every <see cref="OldestFirst"/> of a later time.</summary>
    public static string Before(DateTimeOffset at) => at.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);
}
