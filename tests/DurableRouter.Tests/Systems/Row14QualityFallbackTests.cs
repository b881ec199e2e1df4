using System.Text.Json;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Systems;

/// <summary>Quality counts, not only availability: cheapest that fits, another, a stronger one, a person.</summary>
public sealed class Row14QualityFallbackTests
{
    const string Good = """{"answer":"a late delivery","confidence":0.9}""";
    static readonly string Models = string.Join('\n', ChainHost.Model("cheap"), ChainHost.Model("similar"), ChainHost.Model("strong", "balanced"));

    [Fact]
    public async Task BadContent_With200_Escalates_AndAfterTheThirdAPersonCompletesTheRun()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => FakeReply.Answer(call, "Certainly! Here is what I think."));
        await using var host = await ChainHost.StartAsync(endpoint.Address, Models,
            ChainHost.Routing(ChainHost.Family("{ tier: fast }", "{ direction: up, last: human }")));

        var id = await host.FinishAsync("work");
        var waiting = await host.RestAsync(id);
        Assert.StartsWith("answer apr-", waiting.GetProperty("customStatus").GetProperty("waitingFor").GetString());
        // Each model sees its own error once before the next is asked.
        Assert.Equal(["cheap", "cheap", "similar", "similar", "strong", "strong"], endpoint.Calls.Select(c => c.Model));
        (await host.DecideAsync(id, """{"decision":"approved","edits":{"answer":"x"}}""")).IsProblem(422, "input_invalid");
        Assert.Equal(200, (await host.DecideAsync(id, $$"""{"decision":"approved","edits":{{Good}}}""")).Status);

        var run = await host.RestAsync(id);
        Assert.Equal("Completed", run.GetProperty("runtimeStatus").GetString());
        Assert.Contains("a late delivery", run.GetProperty("output").GetRawText(), StringComparison.Ordinal);
        var row = (await host.AttemptsAsync(id))[^1];
        Assert.StartsWith("human:", row.GetProperty("model").GetString());
        var stats = Assert.Single((await host.GetAsync("/api/stats/routing")).Json.GetProperty("value").EnumerateArray());
        Assert.Equal((1, 0, 1), (stats.GetProperty("human").GetInt32(), stats.GetProperty("unanswered").GetInt32(), stats.GetProperty("misroutes").GetInt32()));
        Assert.Equal((0m, "last link human"), (row.GetProperty("costUsd").GetDecimal(), row.GetProperty("rule").GetString()));
    }

    [Fact]
    public async Task ThirdModel_AnswersWell_TheRunCompletes()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => FakeReply.Answer(call, call.Model == "strong" ? Good : "{}"));
        await using var host = await ChainHost.StartAsync(endpoint.Address, Models,
            ChainHost.Routing(ChainHost.Family("{ tier: fast }", "{ direction: up, last: human }")));

        var id = await host.FinishAsync("work");

        Assert.Equal("Completed", (await host.RunAsync(id)).GetProperty("runtimeStatus").GetString());
        Assert.Equal("strong ok", Last(await host.AttemptsAsync(id)));
    }

    static string Last(IReadOnlyList<JsonElement> attempts) => $"{attempts[^1].GetProperty("model").GetString()} {attempts[^1].GetProperty("outcome").GetString()}";
}
