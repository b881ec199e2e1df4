using System.Globalization;

namespace DurableRouter.Tests.Models.Simulated;

/// <summary>A contract whose every fact is drawn from a seed, so that no rule can know it.</summary>
sealed record InventedDocument(
    string Text, string Supplier, string Client, string Person, DateOnly Signed, DateOnly Delivery, decimal Fee, decimal Cap, string Currency, int PayDays, string Reference)
{
    static readonly string[] Syllables = ["bra", "kel", "to", "vin", "mar", "os", "dri", "len", "fa", "quo", "ster", "ulm", "wex", "ya", "zor", "pin"];
    static readonly string[] Forms = ["GmbH", "Ltd.", "Inc.", "LLC", "plc", "B.V.", "AG"];
    static readonly string[] Currencies = ["EUR", "USD", "GBP", "CHF"];

    public static InventedDocument From(int seed)
    {
        var random = new Random(seed);
        var document = new InventedDocument(
            "", Company(random), Company(random), $"{Word(random)} {Word(random)}", Day(random), Day(random), Amount(random, 900_000), Amount(random, 4_000_000),
            Pick(random, Currencies), random.Next(5, 90), $"{Word(random)[..2].ToUpperInvariant()}-{random.Next(1000, 9999)}/{random.Next(10, 99)}");
        return document with { Text = document.Write(random.Next(3)) };
    }

    public string Write(int style) =>
        $"""
        MASTER SUPPLY AGREEMENT

        Contract No. {Reference}

        This Agreement is entered into on {Date(Signed, style)} by and between {Supplier}, with its registered
        office at the address below (the "Supplier"), and {Client} (the "Client").

        1. Fees

        1.1 The Client shall pay the Supplier a total fee of {Money(Fee, style)} within {PayDays} days of receipt of
        a correct invoice.

        1.2 The Supplier shall deliver the equipment no later than {Date(Delivery, (style + 1) % 3)}.

        2. Liability

        2.1 The liability of the Supplier under this Agreement is limited to {Money(Cap, (style + 1) % 3)}. The Supplier
        must indemnify the Client against claims of third parties.

        2.2 Either party may terminate this Agreement for material breach. The parties shall use reasonable efforts
        to settle disputes.

        Notices to the Supplier are addressed to Ms. {Person}, Finance Director.
        """;

    string Money(decimal amount, int style) => style switch
    {
        0 => $"{Currency} {amount.ToString("#,##0.00", CultureInfo.InvariantCulture)}",
        1 => $"{amount.ToString("#,##0.00", CultureInfo.InvariantCulture)} {Currency}",
        _ => $"{Currency} {amount.ToString("#,##0.00", CultureInfo.InvariantCulture).Replace(",", "'")}",
    };

    static string Date(DateOnly date, int style) =>
        date.ToString(style switch { 0 => "d MMMM yyyy", 1 => "yyyy-MM-dd", _ => "dd.MM.yyyy" }, CultureInfo.InvariantCulture);

    static string Company(Random random) => $"{Word(random)} {Word(random)} {Pick(random, Forms)}";

    static string Word(Random random)
    {
        var word = string.Concat(Enumerable.Range(0, random.Next(2, 4)).Select(_ => Pick(random, Syllables)));
        return char.ToUpperInvariant(word[0]) + word[1..];
    }

    static DateOnly Day(Random random) => new DateOnly(2024, 1, 1).AddDays(random.Next(2000));

    static decimal Amount(Random random, int below) => random.Next(1000, below) + (random.Next(100) / 100m);

    static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
