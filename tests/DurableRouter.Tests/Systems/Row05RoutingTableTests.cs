namespace DurableRouter.Tests.Systems;

/// <summary>Row 5: a table from task type to model, with a default, by configuration alone.</summary>
public sealed class Row05RoutingTableTests
{
    const string Table = "{ byTask: { summary: swift-2, code: [deep-2, deep-1], legal: powerful, default: steady-1 } }";

    [Theory]
    [InlineData("summary", "swift-2", "task summary -> swift-2")]
    [InlineData("code", "deep-2", "task code -> deep-2, deep-1")]
    [InlineData("legal", "deep-1", "task legal -> powerful")]
    [InlineData("banana", "steady-1", "another task -> steady-1")]
    [InlineData("default", "steady-1", "another task -> steady-1")]
    [InlineData("", "steady-1", "another task -> steady-1")]
    public async Task TaskOfTheCaller_EveryKeyAndUnknownOnes_FollowTheTable(string task, string model, string rule)
    {
        await using var endpoint = await SystemFiles.EndpointAsync();
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing(Table),
            SystemFiles.Work(more: "task: input.task", input: "text: { type: string }, task: { type: string }"));

        var run = await host.RunAsync("work", new { text = "Please have a look.", task });

        Assert.Equal([model], run.Models());
        Assert.Equal(rule, run.Rule("work"));
        Assert.Equal([model], endpoint.Calls.Select(c => c.Model));
    }

    [Fact]
    public async Task TaskOfTheCaller_NotGiven_TakesTheDefault()
    {
        await using var endpoint = await SystemFiles.EndpointAsync();
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing(Table),
            SystemFiles.Work(more: "task: input.task", input: "text: { type: string }, task: { type: string }"));

        var run = await host.RunAsync("work", new { text = "Please have a look." });

        Assert.Equal("task unknown -> steady-1", run.Rule("work"));
    }

    [Theory]
    [InlineData("summary", "swift-2")]
    [InlineData("code", "deep-2")]
    [InlineData("other", "steady-1")]
    public async Task TaskOfTheClassification_FollowsTheTable(string category, string model)
    {
        await using var endpoint = await SystemFiles.EndpointAsync(_ => $$"""{"category":"{{category}}","complexity":2,"risk":[],"confidence":0.9}""");
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing(Table),
            SystemFiles.SortedWork(labels: "summary, code, legal, other"));

        Assert.Equal([model], (await host.RunAsync("work", new { text = "Please have a look." })).Models("work"));
    }
}
