using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 10: work with <c>residency: local</c> never leaves. The proof is what the other endpoint saw: not even a connection.</summary>
public sealed class Row10OnPremiseTests
{
    [Theory]
    [InlineData("human", "Running")]
    [InlineData("fail", "Failed")]
    public async Task LocalModelDown_GoesToAPersonOrFails_AndNothingGoesOut(string last, string status)
    {
        await using var local = await FakeModelEndpoint.StartAsync(_ => FakeReply.Error(503, "down"));
        await using var cloud = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        await using var host = await SystemHost.StartAsync(Models(local.Address, cloud.Address), Routing(last), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = "The patient's file." });

        Assert.Equal(status, run.Status);
        Assert.Equal(["on-site"], run.Models());
        Assert.Equal(["on-site"], run.Candidates("work"));
        Assert.Equal("provider far is not local", run.Rejection("work", "cloud"));
        Assert.Single(local.Calls);
        Assert.Equal(0, cloud.Connections);
    }

    [Theory]
    [InlineData("elsewhere")]
    [InlineData("work")]
    public async Task LocalWork_WhateverRouteTheCallerAsksFor_StaysLocal(string route)
    {
        await using var local = await FakeModelEndpoint.StartAsync(SystemFiles.Answer);
        await using var cloud = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        await using var host = await SystemHost.StartAsync(Models(local.Address, cloud.Address), Routing("fail"), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = "The patient's file." }, $$"""{"route":"{{route}}"}""");

        Assert.Equal(0, cloud.Connections);
        Assert.Equal(route == "work" ? "Completed" : "Failed", run.Status);
        Assert.Equal(route == "work" ? 1 : 0, local.Calls.Count);
    }

    [Fact]
    public async Task LocalModelDown_APersonAnswersInItsPlace()
    {
        await using var local = await FakeModelEndpoint.StartAsync(_ => FakeReply.Error(503, "down"));
        await using var cloud = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        await using var host = await SystemHost.StartAsync(Models(local.Address, cloud.Address), Routing("human"), SystemFiles.Work());
        var waiting = await host.RunAsync("work", new { text = "The patient's file." });
        var approval = waiting.Run.GetProperty("customStatus").GetProperty("waitingFor").GetString()!.Split(' ')[1];

        var decided = await host.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"approved","edits":{"answer":"A file."}}""");
        Assert.Equal(200, decided.Status);
        var run = await host.EndAsync(waiting.Id);

        Assert.Equal("Completed", run.Status);
        Assert.Equal("A file.", run.Output.GetProperty("answer").GetString());
        Assert.StartsWith("human:", run.Models()[^1], StringComparison.Ordinal);
        Assert.Equal(0, cloud.Connections);
    }

    [Fact]
    public async Task LocalWork_IsGradedByALocalJudgeOnly()
    {
        await using var local = await FakeModelEndpoint.StartAsync(call => call.Model == "second" ? FakeReply.Answer(call, """{"score":0.9,"issues":[]}""") : SystemFiles.Answer(call));
        await using var cloud = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        var (file, pipeline) = SystemFiles.Work();
        var graded = pipeline.Replace("    maxOutputTokens: 500\n", "    maxOutputTokens: 500\n    checks: [{ judge: { rubric: It says what the text is about., atLeast: 0.5, route: { tier: fast } } }]\n", StringComparison.Ordinal);
        Assert.NotEqual(pipeline, graded);
        var (catalog, models) = Models(local.Address, cloud.Address);

        var alone = Assert.Single(SystemHost.Load((catalog, models), Routing("fail"), (file, graded)).Problems);
        Assert.Contains("no model can serve step 'work.judge' (tier fast: on-site: made the work that this step checks; cloud: provider far is not local)", alone.ToString(), StringComparison.Ordinal);

        await using var host = await SystemHost.StartAsync(
            (catalog, models + $"  second: {{ provider: here, tier: fast, {SystemFiles.Price(9)}, {SystemFiles.Limits()} }}\n"), Routing("fail"), (file, graded));
        var run = await host.RunAsync("work", new { text = "The patient's file." });

        Assert.Equal("Completed", run.Status);
        Assert.Equal(["on-site", "second"], run.Models());
        Assert.Equal("provider far is not local", run.Rejection("work.judge", "cloud"));
        Assert.Equal(0, cloud.Connections);
    }

    [Fact]
    public async Task LocalFamily_BindsEveryStep_WhateverItsRouteSays()
    {
        await using var local = await FakeModelEndpoint.StartAsync(call => SystemFiles.IsClassification(call) ? FakeReply.Answer(call, SystemFiles.Sorted) : SystemFiles.Answer(call));
        await using var cloud = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        var (file, routing) = Routing("fail");
        var family = routing.Replace("{ work: { tier: fast, residency: local } }\n", "{ work: { tier: fast } }\n    residency: local\n", StringComparison.Ordinal);
        Assert.NotEqual(routing, family);
        await using var host = await SystemHost.StartAsync(Models(local.Address, cloud.Address), (file, family), SystemFiles.SortedWork());

        var run = await host.RunAsync("work", new { text = "The patient's file." });
        var elsewhere = await host.RunAsync("work", new { text = "The patient's file." }, """{"route":"elsewhere"}""");

        Assert.Equal(["on-site", "on-site"], run.Models());
        Assert.Equal("Failed", elsewhere.Status);
        Assert.Equal("provider far is not local", elsewhere.Rejection("work", "cloud"));
        Assert.Equal(0, cloud.Connections);
    }

    [Fact]
    public void LocalWork_WithoutALocalModel_IsRefusedAtStart()
    {
        var (file, models) = Models(new Uri("http://127.0.0.1:1/v1"), new Uri("http://127.0.0.1:2/v1"));
        var problem = Assert.Single(SystemHost.Load((file, models.Replace(", residency: local", "", StringComparison.Ordinal)), Routing("fail"), SystemFiles.Work()).Problems);

        Assert.Contains("no model can serve step 'work' (tier fast: on-site: provider here is not local; cloud: provider far is not local)", problem.ToString(), StringComparison.Ordinal);
    }

    static (string, string) Models(Uri local, Uri cloud) => ("models.yaml", $$"""
        asOf: 2026-11-01
        providers:
          here: { kind: openai, endpoint: "{{local}}", residency: local }
          far: { kind: openai, endpoint: "{{cloud}}" }
        models:
          on-site: { provider: here, tier: fast, {{SystemFiles.Price(1)}}, {{SystemFiles.Limits()}} }
          cloud: { provider: far, tier: fast, {{SystemFiles.Price(0.1m)}}, {{SystemFiles.Limits()}} }

        """);

    static (string, string) Routing(string last) => ("routing.yaml", $$"""
        default: work
        families:
          work:
            steps: { work: { tier: fast, residency: local } }
            fallback: { last: {{last}} }
          elsewhere:
            steps: { work: { models: [cloud] } }

        """);
}
