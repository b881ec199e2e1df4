using System.Globalization;

namespace DurableRouter.Local.Output;

/// <summary>Numbers as people read them.</summary>
static class Figures
{
    /// <summary>US dollars with as many places as small amounts need.</summary>
    public static string Usd(decimal usd) => "$" + usd.ToString(usd >= 1 ? "#,0.00" : usd >= 0.01m ? "0.0000" : "0.000000", CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary><c>1 call</c>, <c>2 calls</c>.</summary>
    public static string Many(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s";

    public static string Milliseconds(int milliseconds) => milliseconds < 1000 ? $"{milliseconds} ms" : Seconds(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>How much less than the whole, in percent; "n/a" without a whole.</summary>
    public static string Saving(decimal part, decimal whole) =>
        whole <= 0 ? "n/a" : ((1 - part / whole) * 100).ToString("0", CultureInfo.InvariantCulture) + "%";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
