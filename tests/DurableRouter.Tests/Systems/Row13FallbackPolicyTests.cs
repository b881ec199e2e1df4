using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Systems;

/// <summary>Fallback goes only where the family's policy leads, and its last link is the declared one.</summary>
public sealed class Row13FallbackPolicyTests
{
    static readonly string Models = string.Join('\n',
        ChainHost.Model("small"), ChainHost.Model("middle", "balanced"), ChainHost.Model("middle-2", "balanced"), ChainHost.Model("large", "powerful"));

    [Fact]
    public async Task SafeAnswer_IsMarkedAsTheLesserOneThatItIs()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(_ => FakeReply.Error(402, "no money"));
        await using var host = await ChainHost.StartAsync(endpoint.Address, Models,
            ChainHost.Routing(ChainHost.Family("{ tier: powerful }", "{ direction: sideways, last: safe }")));

        var run = await host.RunAsync(await host.FinishAsync("work"));

        Assert.Equal("Completed", run.GetProperty("runtimeStatus").GetString());
        Assert.Contains("the declared safe answer stands", Assert.Single(run.GetProperty("degraded").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("up", false, new[] { "middle", "middle-2", "large" })]
    [InlineData("sideways", false, new[] { "middle", "middle-2" })]
    [InlineData("down", true, new[] { "middle", "middle-2", "small" })]
    public async Task Direction_LeadsTheChain(string direction, bool allowDowngrade, string[] asked)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(_ => FakeReply.Error(402, "no money"));
        await using var host = await ChainHost.StartAsync(endpoint.Address, Models,
            ChainHost.Routing(ChainHost.Family("{ tier: balanced }", $"{{ direction: {direction}, allowDowngrade: {(allowDowngrade ? "true" : "false")}, last: fail }}")));

        var run = await host.RunAsync(await host.FinishAsync("work"));

        Assert.Equal(asked, endpoint.Calls.Select(c => c.Model));
        Assert.Equal("Failed", run.GetProperty("runtimeStatus").GetString());
        var error = run.GetProperty("error");
        Assert.Equal("chain_exhausted", error.GetProperty("code").GetString());
        Assert.Equal(asked.Select(model => (model, "quota_exhausted")), error.GetProperty("attempts").EnumerateArray()
            .Select(a => (a.GetProperty("model").GetString()!, a.GetProperty("failureCode").GetString()!)));
    }

    [Theory]
    [InlineData(true, new[] { "swift-1", "swift-2", "steady-1", "steady-2", "deep-1", "deep-2" })]
    [InlineData(false, new[] { "swift-1", "steady-1", "deep-1" })]
    public async Task CrossProvider_SaysWhetherOtherProvidersAreAsked(bool crossProvider, string[] asked)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(_ => FakeReply.Error(402, "no money"));
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Work(kind: "generate"),
            SystemFiles.Routing("{ tier: fast }", $"    fallback: {{ direction: up, crossProvider: {(crossProvider ? "true" : "false")}, last: fail }}"));

        var run = await host.RunAsync("work", new { text = "Please answer." });

        Assert.Equal("Failed", run.Status);
        Assert.Equal(asked, run.Models());
    }

    [Fact]
    public void DirectionDown_WithoutLeave_IsAProblemOfTheConfiguration()
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-row13-").FullName;
        try
        {
            var refused = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ChainHost.Load(folder, new Uri("http://127.0.0.1:9/v1"), Models,
                ChainHost.Routing(ChainHost.Family("{ tier: balanced }", "{ direction: down }")), "[schema]", ["work"]));
            Assert.Contains("direction down needs 'allowDowngrade: true'", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
