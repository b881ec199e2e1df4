using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Local;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 11: an operator sees why a request went to a model; a model that is not listed can't be routed to.</summary>
public sealed class Row11ExplainTests
{
    [Fact]
    public async Task Explain_ThroughTheInterface_NamesRuleCandidatesAndEveryRejectionWithItsReason()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model == "steady-1" ? FakeReply.Error(500, "broken") : SaneReplies.For(call));
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing("{ tier: balanced, minToolReliability: 2 }"),
            SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = "Please answer." });

        var step = run.Explained("work");
        Assert.Equal("tier balanced", step.GetProperty("rule").GetString());
        Assert.Equal(["steady-1", "steady-2"], run.Candidates("work"));
        Assert.StartsWith("first choice in tier balanced, at most ", step.GetProperty("candidates")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("fallback within tier balanced, at most ", step.GetProperty("candidates")[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("tier fast is below balanced: fallback goes up", run.Rejection("work", "swift-1"));
        Assert.Equal("takes no tools", run.Rejection("work", "deep-1"));
        Assert.Equal(["swift-1", "swift-2", "deep-1", "deep-2"], step.GetProperty("rejected").EnumerateArray().Select(r => r.GetProperty("model").GetString()));
        Assert.Equal(["steady-1 failed upstream_error", "steady-2 ok "], step.GetProperty("attempts").EnumerateArray().Select(a =>
            $"{a.GetProperty("model").GetString()} {a.GetProperty("outcome").GetString()} {(a.TryGetProperty("failureCode", out var code) ? code.GetString() : "")}"));
    }

    [Theory]
    [InlineData("fail", "Failed")]
    [InlineData("human", "Running")]
    [InlineData("safe", "Completed")]
    public async Task Explain_WhereNoModelFits_NamesEveryReasonWhateverComesNext(string last, string status)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        var (file, routing) = SystemFiles.Routing("{ tier: balanced }", $"    fallback: {{ direction: up, last: {last} }}");
        var (pipelineFile, pipeline) = SystemFiles.Work();
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address),
            (file, routing + $"  thrifty:\n    steps: {{ work: {{ tier: balanced, maxCostUsd: 0.000001 }} }}\n    fallback: {{ last: {last} }}\n"),
            (pipelineFile, pipeline.Replace("    maxOutputTokens: 500\n", "    maxOutputTokens: 500\n    safeAnswer: { answer: Ask somebody. }\n", StringComparison.Ordinal)));

        var run = await host.RunAsync("work", new { text = "Please answer." }, """{"route":"thrifty"}""");

        Assert.Equal(status, run.Status);
        Assert.Equal("route thrifty: tier balanced", run.Rule("work"));
        Assert.Empty(run.Candidates("work"));
        Assert.StartsWith("may cost ", run.Rejection("work", "steady-1"), StringComparison.Ordinal);
        Assert.Equal("tier fast is below balanced: fallback goes up", run.Rejection("work", "swift-1"));
        Assert.Equal(last == "human", run.Explained("work").TryGetProperty("person", out var person));
        Assert.Equal(last == "human" ? "operators" : null, last == "human" ? person.GetProperty("group").GetString() : null);
        Assert.Empty(endpoint.Calls);
    }

    [Fact]
    public async Task Explain_OnTheCommandLine_FitsOneScreen()
    {
        using var cli = new Cli();
        var started = await cli.RunAsync("run", "--input", Cli.Sample("letter.txt"), "--json");
        var id = started.Json.GetProperty("id").GetString()!;

        var explained = await cli.RunAsync("explain", id);

        Assert.Equal(0, explained.ExitCode);
        Assert.True(explained.Out.Split('\n').Length <= 40, explained.Out);
        Assert.StartsWith($"{id}  document  Completed", explained.Out, StringComparison.Ordinal);
        Assert.All(explained.Out.Split('\n'), line => Assert.True(line.Length <= 160, line));
        foreach (var attempt in started.Json.GetProperty("ledger").GetProperty("attempts").EnumerateArray())
        {
            Assert.Contains($"{attempt.GetProperty("step").GetString()}: {attempt.GetProperty("rule").GetString()}", explained.Out, StringComparison.Ordinal);
            Assert.Contains($" {attempt.GetProperty("model").GetString()} {attempt.GetProperty("outcome").GetString()}", explained.Out, StringComparison.Ordinal);
        }

        Assert.Contains("first choice in tier fast, at most ", explained.Out, StringComparison.Ordinal);
        Assert.Contains("made the work that this step checks", explained.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_WithAModelThatIsNotListed_IsRefusedWithTheLine()
    {
        var problem = Assert.Single(SystemHost.Load(SystemFiles.Models(new Uri("http://127.0.0.1:1/v1")), SystemFiles.Routing("{ models: [swift-1, deep-9] }"),
            SystemFiles.Work()).Problems);

        Assert.Equal("routing.yaml:6: models of route 'work' of family 'work' names 'deep-9', which is not in models.yaml; did you mean 'deep-1'?; "
            + "allowed: swift-1, swift-2, steady-1, steady-2, deep-1, deep-2", problem.ToString());
    }

    [Fact]
    public async Task Start_WithAModelThatIsNotListed_EndsTheProgram()
    {
        using var cli = new Cli();
        var config = Path.Combine(cli.Folder, "config");
        Directory.CreateDirectory(Path.Combine(config, "pipelines"));
        foreach (var (file, content) in new[]
        {
            SystemFiles.Models(new Uri("http://127.0.0.1:1/v1")), SystemFiles.Routing("{ byTask: { code: [deep-9], default: fast } }"),
            SystemFiles.Work(more: "task: input.task", input: "text: { type: string }, task: { type: string }"),
        })
        {
            File.WriteAllText(Path.Combine(config, file), content);
        }

        var refused = await cli.RunAsync("serve", "--config", config);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("routing.yaml:6: code of byTask of route 'work' of family 'work' names 'deep-9', which is not in models.yaml", refused.Error, StringComparison.Ordinal);
    }
}
