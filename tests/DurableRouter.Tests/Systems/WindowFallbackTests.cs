using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>A text that one window doesn't hold goes to no smaller one.</summary>
public sealed class WindowFallbackTests
{
    [Theory]
    [InlineData("middle, small, wide", new[] { "middle", "wide" })]
    [InlineData("middle, small", new[] { "middle" })]
    [InlineData("small, middle, wide", new[] { "small", "middle", "wide" })]
    public async Task TooLong_PassesOverSmallerWindows(string models, string[] asked)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model == "wide" ? SaneReplies.For(call)
            : FakeReply.Error(400, "This model's maximum context length is 5 tokens."));
        var (file, text) = SystemFiles.Models(endpoint.Address, string.Concat(new[] { ("small", 50_000), ("middle", 100_000), ("wide", 1_000_000) }
            .Select(model => $"  {model.Item1}: {{ provider: north, tier: fast, {SystemFiles.Price(1)}, {SystemFiles.Limits(model.Item2)}, capabilities: {{ structuredOutput: true }} }}\n")));
        await using var host = await SystemHost.StartAsync((file, text), SystemFiles.Routing($"{{ models: [{models}] }}"), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = "Please answer this letter." });

        Assert.Equal(asked, run.Models("work"));
        Assert.Equal(asked, endpoint.Calls.Select(call => call.Model));
    }
}
