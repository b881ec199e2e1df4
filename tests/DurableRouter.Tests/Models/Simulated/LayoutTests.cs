using System.Text.Json.Nodes;

namespace DurableRouter.Tests.Models.Simulated;

/// <summary>Reading of what the layout of a document tells: tables, several labels in a row, address blocks.</summary>
public sealed class LayoutTests
{
    [Theory]
    [InlineData("€", "Wall bracket    4      45,50 €      182,00 €\nHaulage        1     240,00 €      240,00 €", "45.50 182.00 240.00")]
    [InlineData("¥", "Turbine blade     8    ¥91,000    ¥728,000", "91000 728000")]
    [InlineData("EUR", "Cork tiles   6   EUR 184.00   EUR 1,104.00", "184.00 1104.00")]
    public async Task Amounts_OfATable_NeverReachIntoTheNextColumn(string currency, string rows, string values)
    {
        var facts = await SimulatedCall.ExtractAsync($"INVOICE\n\nItem     Quantity     Price      Total in {currency}\n{rows}\n");

        Assert.Equal(values.Split(' ').Select(v => decimal.Parse(v, System.Globalization.CultureInfo.InvariantCulture)),
            facts["amounts"]!.AsArray().Select(a => a!["value"]!.GetValue<decimal>()));
    }

    [Fact]
    public async Task Dates_OfOneRow_HaveTheirOwnLabels()
    {
        var facts = await SimulatedCall.ExtractAsync("Issued: 05.11.2028        Due:   20.12.2028\n");

        Assert.Equal([("2028-11-05", "Issued"), ("2028-12-20", "Due")], Dates(facts));
        Assert.Equal("2028-12-20", Assert.Single(facts["deadlines"]!.AsArray())!["date"]!.GetValue<string>());
    }

    [Fact]
    public async Task Date_AfterAPrepositionOfOtherWords_IsNotLabelledByIt()
    {
        var facts = await SimulatedCall.ExtractAsync("We heard from them that the hearing takes place on 3 March 2028. It lasts from Monday 6 March 2028 on.");

        Assert.Equal([("2028-03-03", ""), ("2028-03-06", "from")], Dates(facts));
    }

    [Fact]
    public async Task Amount_AfterAColonInBrackets_IsNotLabelledByTheSentence()
    {
        var facts = await SimulatedCall.ExtractAsync("Two claims were open (March: 4) at the month's end. The cost of them was USD 900.");

        Assert.Equal("cost", Assert.Single(facts["amounts"]!.AsArray())!["label"]!.GetValue<string>());
    }

    [Fact]
    public async Task Party_BelowItsLabel_HasTheRole()
    {
        var facts = await SimulatedCall.ExtractAsync("Fernwald Mosterei e.U.\nGraz\n\nBuyer:\n  Société des Halles Lorraines SCIC\n  4 place Ducale, Nancy\n");

        Assert.Equal([("Fernwald Mosterei e.U.", null), ("Société des Halles Lorraines SCIC", "Buyer")],
            facts["parties"]!.AsArray().Select(p => (p!["name"]!.GetValue<string>(), p["role"]?.GetValue<string>())));
    }

    [Fact]
    public async Task Party_WhoseFormEndsWithADot_IsOneWithItsLabel()
    {
        var facts = await SimulatedCall.ExtractAsync("From:   Hidaka Seiki K.K.\nTo:     Sorrel & Wick Ltd\n");

        Assert.Equal([("Hidaka Seiki K.K.", "From"), ("Sorrel & Wick Ltd", "To")],
            facts["parties"]!.AsArray().Select(p => (p!["name"]!.GetValue<string>(), p["role"]?.GetValue<string>())));
    }

    [Fact]
    public async Task Reason_OnALetterBetweenPeople_NamesThemAsParties()
    {
        var facts = await SimulatedCall.ExtractAsync("Dear Mr Abernathy,\n\nYou must return the piano by 4 May 2028. I shall pay the carrier GBP 210.\n\nYours sincerely,\nWilhelmina Thrale\n");

        var reasoned = await SimulatedCall.ReasonAsync(facts);

        Assert.Equal(["Abernathy", "Wilhelmina Thrale"], reasoned["parties"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Reason_OnYen_WritesNoCents()
    {
        var facts = await SimulatedCall.ExtractAsync("Kitano Optics K.K. sold the lens to Dunmore Ltd in Leith. The price is JPY 1,320,550.");

        var reasoned = await SimulatedCall.ReasonAsync(facts);

        Assert.Equal(["Kitano Optics K.K.", "Dunmore Ltd"], reasoned["parties"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
        Assert.Contains("Largest amount: JPY 1,320,550.", reasoned["summary"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("550.00", reasoned.ToJsonString(), StringComparison.Ordinal);
    }

    static IEnumerable<(string Date, string Label)> Dates(JsonObject facts) =>
        facts["dates"]!.AsArray().Select(d => (d!["date"]!.GetValue<string>(), d["label"]!.GetValue<string>()));
}
