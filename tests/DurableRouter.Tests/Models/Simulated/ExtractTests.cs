using System.Text.Json.Nodes;

namespace DurableRouter.Tests.Models.Simulated;

public sealed class ExtractTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Extract_OnAnInventedContract_FindsItsFacts(int seed)
    {
        var document = InventedDocument.From(seed);
        var facts = await SimulatedCall.ExtractAsync(document.Text);

        var parties = facts["parties"]!.AsArray().ToDictionary(p => p!["name"]!.GetValue<string>(), p => p!["role"]?.GetValue<string>());
        Assert.Equal("Supplier", parties[document.Supplier]);
        Assert.Equal("Client", parties[document.Client]);
        Assert.Contains(facts["people"]!.AsArray(), p => p!["name"]!.GetValue<string>() == document.Person);
        Assert.Contains(facts["amounts"]!.AsArray(), a => IsAmount(a, document.Fee, document.Currency));
        Assert.Contains(facts["amounts"]!.AsArray(), a => IsAmount(a, document.Cap, document.Currency));
        Assert.Contains(facts["dates"]!.AsArray(), d => d!["date"]!.GetValue<string>() == document.Signed.ToString("O"));
        Assert.Contains(facts["deadlines"]!.AsArray(), d => d!["date"]?.GetValue<string>() == document.Delivery.ToString("O"));
        Assert.Contains(facts["deadlines"]!.AsArray(), d => d!["deadline"]!.GetValue<string>().StartsWith($"within {document.PayDays} days of receipt", StringComparison.Ordinal));
        Assert.Contains(facts["obligations"]!.AsArray(), o => o!["actor"]!.GetValue<string>() == "The Client");
        Assert.Contains(facts["references"]!.AsArray(), r => r!["number"]!.GetValue<string>() == document.Reference);
    }

    [Fact]
    public async Task Extract_WhenOneAmountChanges_ChangesThatAmountOnly()
    {
        var document = InventedDocument.From(7);
        var changed = document with { Fee = document.Fee + 1111 };

        var before = await SimulatedCall.ExtractAsync(document.Write(0));
        var after = await SimulatedCall.ExtractAsync(changed.Write(0));

        Assert.Contains(after["amounts"]!.AsArray(), a => IsAmount(a, changed.Fee, changed.Currency));
        Assert.DoesNotContain(after["amounts"]!.AsArray(), a => IsAmount(a, document.Fee, document.Currency));
        Assert.Equal(before["parties"]!.ToJsonString(), after["parties"]!.ToJsonString());
        Assert.Equal(before["dates"]!.ToJsonString(), after["dates"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Extract_AtFullSkill_QuotesTheSourceWordForWord(int seed)
    {
        var document = InventedDocument.From(seed);
        var facts = await SimulatedCall.ExtractAsync(document.Text);

        var source = Collapse(document.Text);
        var quotes = facts.Where(p => p.Value is JsonArray).SelectMany(p => p.Value!.AsArray()).Select(i => i!["quote"]!.GetValue<string>()).ToList();
        Assert.True(quotes.Count > 10);
        Assert.All(quotes, q => Assert.Contains(q, source));
    }

    [Theory]
    [InlineData("Bill to: Tamarind Hospitality Group SL, Valencia", "Tamarind Hospitality Group SL")]
    [InlineData("The customer shall pay by bank transfer to Meridiaan Bank NV.", "Meridiaan Bank NV")]
    [InlineData("This Agreement binds Oyelaran & Sons Trustees LLP.", "Oyelaran & Sons Trustees LLP")]
    [InlineData("The order was placed by Brandt Anlagenbau GmbH & Co. KG in May.", "Brandt Anlagenbau GmbH & Co. KG")]
    [InlineData("Vesterhav Shipping ASA and Harrow Lane Pte Ltd shall pay.", "Vesterhav Shipping ASA", "Harrow Lane Pte Ltd")]
    [InlineData("Alder Ltd and Birch Group agree.", "Alder Ltd", "Birch Group")]
    public async Task Extract_NamesWithTheirLegalForm_AreWhole(string sentence, params string[] parties)
    {
        var facts = await SimulatedCall.ExtractAsync(sentence);

        Assert.Equal(parties, facts["parties"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("The price is $1,250.", 1250, "USD")]
    [InlineData("The price is €1.234,50 in all.", 1234.50, "EUR")]
    [InlineData("The price is £12.5 million.", 12_500_000, "GBP")]
    [InlineData("They owe 3,000 euros today.", 3000, "EUR")]
    [InlineData("A fee of US$ 99.90 applies.", 99.90, "USD")]
    [InlineData("A fee of CHF 1'250'000 applies.", 1_250_000, "CHF")]
    [InlineData("A fee of 750k USD applies.", 750_000, "USD")]
    [InlineData("It costs 12 345,67 EUR.", 12345.67, "EUR")]
    public async Task Extract_OnAnAmountInSomeNotation_ReadsValueAndCurrency(string text, double value, string currency)
    {
        var facts = await SimulatedCall.ExtractAsync(text);
        Assert.True(IsAmount(Assert.Single(facts["amounts"]!.AsArray()), (decimal)value, currency), facts["amounts"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Signed on 3 March 2026 in Rome.", "2026-03-03")]
    [InlineData("Signed on the 21st of June, 2026 in Rome.", "2026-06-21")]
    [InlineData("Signed on March 3, 2026 in Rome.", "2026-03-03")]
    [InlineData("Signed on 2026-03-04 in Rome.", "2026-03-04")]
    [InlineData("Signed on 04.03.2026 in Rome.", "2026-03-04")]
    [InlineData("Signed on 2026/03/04 in Rome.", "2026-03-04")]
    [InlineData("Signed on 2026.03.04 in Rome.", "2026-03-04")]
    [InlineData("Signed on 04/03/2026 in Rome.", "2026-03-04")]
    [InlineData("Signed on 12/31/2026 in Rome.", "2026-12-31")]
    public async Task Extract_OnADateInSomeNotation_ReadsTheDay(string text, string date)
    {
        var facts = await SimulatedCall.ExtractAsync(text);
        Assert.Equal(date, Assert.Single(facts["dates"]!.AsArray())!["date"]!.GetValue<string>());
    }

    [Fact]
    public async Task Extract_OnATableUnderADeclaredCurrency_ReadsBareFigures()
    {
        var facts = await SimulatedCall.ExtractAsync("All amounts are in EUR.\n\nMachining of housings     14     82.50    1,155.00\nVAT 19%                               219.45\nTotal due                           1,374.45\n");

        Assert.Contains(facts["amounts"]!.AsArray(), a => IsAmount(a, 1155m, "EUR") && a!["label"]!.GetValue<string>() == "Machining of housings");
        Assert.Contains(facts["amounts"]!.AsArray(), a => IsAmount(a, 1374.45m, "EUR") && a!["label"]!.GetValue<string>() == "Total due");
    }

    [Fact]
    public async Task Extract_OnAnEmptyDocument_AnswersEmptyListsAndLittleConfidence()
    {
        var facts = await SimulatedCall.ExtractAsync("");

        Assert.All(facts.Where(p => p.Value is JsonArray), p => Assert.Empty(p.Value!.AsArray()));
        Assert.True(facts["confidence"]!.GetValue<double>() < 0.7);
    }

    static bool IsAmount(JsonNode? amount, decimal value, string currency) =>
        amount!["value"]!.GetValue<decimal>() == value && amount["currency"]?.GetValue<string>() == currency;

    static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
