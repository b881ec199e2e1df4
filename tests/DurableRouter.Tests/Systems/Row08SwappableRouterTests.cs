using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 8: which model routes is configuration. So is every model and every family.</summary>
public sealed class Row08SwappableRouterTests
{
    [Theory]
    [InlineData("{ tier: fast }", "swift-1")]
    [InlineData("{ models: [swift-2] }", "swift-2")]
    [InlineData("{ models: [newcomer-1] }", "newcomer-1")]
    public async Task RouterModel_ChangedInOneLine_ThePipelineBehavesTheSame(string router, string model)
    {
        await using var endpoint = await SystemFiles.EndpointAsync(_ => SystemFiles.Sorted);
        var (file, routing) = SystemFiles.Routing("{ byComplexity: { 1-2: steady-1, 3-5: deep-1 } }");
        await using var host = await SystemHost.StartAsync(
            SystemFiles.Models(endpoint.Address, $"  newcomer-1: {{ provider: south, tier: balanced, {SystemFiles.Price(7)}, {SystemFiles.Limits()} }}"),
            (file, routing.Replace("classify: { tier: fast }", $"classify: {router}", StringComparison.Ordinal)), SystemFiles.SortedWork());

        var run = await host.RunAsync("work", new { text = "Please answer this letter." });

        Assert.Equal("Completed", run.Status);
        Assert.Equal([model], run.Models("sort"));
        Assert.Equal(["steady-1"], run.Models("work"));
        Assert.Equal("complexity 2 -> steady-1", run.Rule("work"));
    }

    /// <summary>A model and a family come by configuration alone: an entry each, and no pipeline is touched.</summary>
    [Fact]
    public async Task ModelAndFamily_AddedByConfiguration_ServeRuns()
    {
        await using var endpoint = await SystemFiles.EndpointAsync();
        await using var newcomer = await FakeModelEndpoint.StartAsync(SystemFiles.Answer);
        var (models, catalog) = SystemFiles.Models(endpoint.Address,
            $"  newcomer-1: {{ provider: elsewhere, tier: fast, {SystemFiles.Price(0.01m)}, {SystemFiles.Limits()}, params: {{ top_k: 5 }} }}");
        var (file, routing) = SystemFiles.Routing("{ tier: balanced }");
        await using var host = await SystemHost.StartAsync(
            (models, catalog.Replace("providers:\n", $"providers:\n  elsewhere: {{ kind: openai, endpoint: \"{newcomer.Address}\" }}\n", StringComparison.Ordinal)),
            (file, routing.TrimEnd() + "\n  thrifty:\n    steps: { work: { models: [newcomer-1] } }\n"), SystemFiles.Work());

        var usual = await host.RunAsync("work", new { text = "Please answer." });
        var asked = await host.RunAsync("work", new { text = "Please answer." }, """{"route":"thrifty"}""");

        Assert.Equal(["steady-1"], usual.Models());
        Assert.Equal(["newcomer-1"], asked.Models());
        Assert.Equal("route thrifty: explicit models", asked.Rule("work"));
        Assert.Equal(5, Assert.Single(newcomer.Calls).Request.GetProperty("top_k").GetInt32());
        Assert.Single(endpoint.Calls);
    }
}
