namespace DurableRouter.Tests.Systems;

/// <summary>Row 6: a complexity score without a model: four checks, a quarter each; from .75 strong, from .4 middle, else cheap.</summary>
public sealed class Row06ScoreTests
{
    const string Fence = "```";
    static readonly string TenLines = string.Concat(Enumerable.Repeat("a\n", 10));
    static readonly string ElevenLines = TenLines + "b\n";

    public static TheoryData<string, string, string> Texts => new()
    {
        { new string('x', 2_000 - TenLines.Length) + TenLines, "swift-1", "score 0 -> swift-1" },
        { new string('x', 2_001), "swift-1", "score 0.25 (over 2,000 characters) -> swift-1" },
        { ElevenLines, "swift-1", "score 0.25 (over 10 line breaks) -> swift-1" },
        { "Please refactor this.", "swift-1", "score 0.25 (a demanding verb) -> swift-1" },
        { Fence, "swift-1", "score 0.25 (a code fence) -> swift-1" },
        { "ANALYZE " + Fence, "steady-1", "score 0.5 (a demanding verb, a code fence) -> steady-1" },
        { new string('x', 2_001) + ElevenLines, "steady-1", "score 0.5 (over 2,000 characters, over 10 line breaks) -> steady-1" },
        { "implement " + ElevenLines + Fence, "deep-1", "score 0.75 (a demanding verb, over 10 line breaks, a code fence) -> deep-1" },
        {
            "implement " + new string('x', 2_001) + ElevenLines + Fence, "deep-1",
            "score 1 (over 2,000 characters, a demanding verb, over 10 line breaks, a code fence) -> deep-1"
        },
        { string.Concat(Enumerable.Repeat("\U0001F600", 2_000)), "swift-1", "score 0 -> swift-1" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Score_ByItsChecks_ChoosesAmongThreeModels(string text, string model, string rule)
    {
        await using var endpoint = await SystemFiles.EndpointAsync();
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address),
            SystemFiles.Routing("{ byScore: { of: input.text, strong: deep-1, middle: steady-1, cheap: swift-1 } }"), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text });

        Assert.Equal([model], run.Models());
        Assert.Equal(rule, run.Rule("work"));
        Assert.Equal([model], endpoint.Calls.Select(c => c.Model));
    }
}
