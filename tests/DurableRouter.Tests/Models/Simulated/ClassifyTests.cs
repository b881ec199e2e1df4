namespace DurableRouter.Tests.Models.Simulated;

public sealed class ClassifyTests
{
    const string Labels = "Labels: contract, invoice, letter, report, memo";

    [Theory]
    [InlineData("contract")]
    [InlineData("invoice")]
    [InlineData("letter")]
    [InlineData("report")]
    [InlineData("memo")]
    public async Task Classify_OnTheHeadOfASample_NamesItsKind(string kind)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "documents", kind + ".txt"));
        var answer = await SimulatedCall.AskAsync(SimulatedCall.Model(), SimulatedCall.Prompt("classify", Labels, ("text", text[..2000])), null);

        Assert.Equal(kind, answer["category"]!.GetValue<string>());
        Assert.InRange(answer["complexity"]!.GetValue<int>(), 1, 5);
        Assert.InRange(answer["confidence"]!.GetValue<double>(), 0.5, 1);
    }

    [Fact]
    public async Task Classify_OnLabelsItDoesNotKnow_GoesByTheirWords()
    {
        var prompt = SimulatedCall.Prompt("classify", "Labels: gardening, marine-engine, astronomy", ("text", "The marine diesel engine lost pressure and the engine stopped."));
        var answer = await SimulatedCall.AskAsync(SimulatedCall.Model(), prompt, null);

        Assert.Equal("marine-engine", answer["category"]!.GetValue<string>());
    }

    [Fact]
    public async Task Classify_WithoutEvidence_AdmitsLittleConfidence()
    {
        var answer = await SimulatedCall.AskAsync(SimulatedCall.Model(), SimulatedCall.Prompt("classify", "Labels: simple, complex", ("text", "banana")), null);

        Assert.Equal("simple", answer["category"]!.GetValue<string>());
        Assert.True(answer["confidence"]!.GetValue<double>() < 0.5);
    }

    [Fact]
    public async Task Classify_OnSeriousExposure_TagsItHigh()
    {
        var risky = InventedDocument.From(3).Text;
        var answer = await SimulatedCall.AskAsync(SimulatedCall.Model(), SimulatedCall.Prompt("classify", Labels, ("text", risky)), null);
        var calm = await SimulatedCall.AskAsync(SimulatedCall.Model(), SimulatedCall.Prompt("classify", Labels, ("text", "Lunch is at noon.")), null);

        Assert.Contains("high", answer["risk"]!.AsArray().Select(r => r!.GetValue<string>()));
        Assert.Empty(calm["risk"]!.AsArray());
        Assert.True(answer["complexity"]!.GetValue<int>() > calm["complexity"]!.GetValue<int>());
    }
}
