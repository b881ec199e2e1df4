using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 4: complexity 1 to 5 by a model; up to 2 goes the cheap way, more the dear one; specialised targets by task.</summary>
public sealed class Row04ComplexityTests
{
    const string ByComplexity = "{ byComplexity: { 1-2: swift-1, 3-5: deep-1 } }";

    [Theory]
    [InlineData("1", "swift-1")]
    [InlineData("2", "swift-1")]
    [InlineData("3", "deep-1")]
    [InlineData("4", "deep-1")]
    [InlineData("5", "deep-1")]
    public async Task Complexity_OneToFive_ChoosesTheModel(string complexity, string model)
    {
        var run = await RunAsync(ByComplexity, _ => Sorted(complexity));

        Assert.Equal([model], run.Models("work"));
        Assert.Equal($"complexity {complexity} -> {model}", run.Rule("work"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("6")]
    [InlineData("\"high\"")]
    public async Task Complexity_OutOfRange_IsShownToTheModelOnceAndPutRight(string complexity)
    {
        var run = await RunAsync(ByComplexity, call => Sorted(call.Number == 1 ? complexity : "2"));

        Assert.Equal(["schema_mismatch", null], run.Attempts("sort").Select(a => a.TryGetProperty("failureCode", out var code) ? code.GetString() : null));
        Assert.Equal(["swift-1"], run.Models("work"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("6")]
    [InlineData("\"high\"")]
    public async Task Complexity_NeverInRange_WithADefaultLabelIsUnknownAndGoesTheDearWay(string complexity)
    {
        var run = await RunAsync(ByComplexity, _ => Sorted(complexity), "    default: letter");

        Assert.Equal("Completed", run.Status);
        Assert.Equal(["deep-1"], run.Models("work"));
        Assert.Equal("complexity unknown -> deep-1", run.Rule("work"));
    }

    [Theory]
    [InlineData("code", "1", "steady-1")]
    [InlineData("code", "5", "deep-2")]
    [InlineData("legal", "1", "deep-1")]
    [InlineData("letter", "2", "swift-1")]
    [InlineData("letter", "3", "steady-1")]
    public async Task Complexity_ByTask_HasSpecialisedTargets(string task, string complexity, string model)
    {
        var run = await RunAsync("{ byTask: { code: { byComplexity: { 1-2: steady-1, 3-5: [deep-2, deep-1] } }, legal: powerful, default: { byComplexity: { 1-2: fast, 3-5: balanced } } } }",
            _ => Sorted(complexity, task));

        Assert.Equal([model], run.Models("work"));
    }

    static async Task<SystemRun> RunAsync(string route, Func<FakeCall, string> sorted, string? sort = null)
    {
        await using var endpoint = await SystemFiles.EndpointAsync(sorted);
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing(route), SystemFiles.SortedWork(sort: sort));
        return await host.RunAsync("work", new { text = "Please answer this letter." });
    }

    static string Sorted(string complexity, string category = "letter") =>
        $$"""{"category":"{{category}}","complexity":{{complexity}},"risk":[],"confidence":0.9}""";
}
