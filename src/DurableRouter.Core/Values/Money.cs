namespace DurableRouter.Core.Values;

/// <summary>Money is <see cref="decimal"/> US dollars in code and an Int64 of 1e-12 US dollars in stores: Table Storage has no decimal
/// type, and SQLite would sum floating-point numbers.</summary>
public static class Money
{
    public const decimal UnitsPerUsd = 1_000_000_000_000m;

    /// <summary>Up to the next whole unit: what stands in results, totals and stores is then the same number, and never below the invoice.</summary>
    public static decimal RoundUp(decimal usd) => decimal.Round(usd, 12, MidpointRounding.ToPositiveInfinity);

    /// <exception cref="OverflowException">More than about 9.2 million US dollars.</exception>
    public static long ToUnits(decimal usd) => decimal.ToInt64(decimal.Round(usd * UnitsPerUsd));

    public static decimal ToUsd(long units) => units / UnitsPerUsd;
}
