using System.Text;
using DurableRouter.Core.Durability;

namespace DurableRouter.Tests.Http;

public abstract partial class HttpContractTests
{
    [Fact]
    public async Task Events_FinishedRun_TellWhatHappenedInOrder()
    {
        await using var host = await OpenAsync();
        var id = await host.FinishAsync("quick");
        var events = (await host.GetAsync($"/api/runs/{id}/events")).Json.GetProperty("value").EnumerateArray().ToList();
        var types = events.Select(e => e.GetProperty("type").GetString()!).ToList();
        Assert.Equal(["run.started", "step.started", "step.attempt", "step.completed"], types.Where(t => t != "cost.updated").Take(4));
        Assert.Equal("run.completed", types[^1]);
        var ids = events.Select(e => RunEventId.Parse(e.GetProperty("id").GetString()!)!.Value).ToList();
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal((await host.GetAsync($"/api/runs/{id}/ledger")).Json.GetProperty("totalUsd").GetDecimal(),
            events[^1].GetProperty("totalUsd").GetDecimal());
        var rest = (await host.GetAsync($"/api/runs/{id}/events?after={ids[1]}")).Json.GetProperty("value").EnumerateArray();
        Assert.Equal(types.Skip(2), rest.Select(e => e.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Events_Stream_FollowsALiveRunToItsEnd()
    {
        await using var host = await OpenAsync(o => o.StreamHeartbeat = TimeSpan.FromMilliseconds(50));
        var (run, approval) = await host.HoldAsync();
        using var client = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/runs/{run}/events") { Headers = { { "Accept", "text/event-stream" } } };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        Assert.Equal("retry: 2000", await reader.ReadLineAsync(limit.Token));
        var lines = new List<string>();
        while (lines.LastOrDefault()?.StartsWith(": ", StringComparison.Ordinal) != true)
        {
            lines.Add((await reader.ReadLineAsync(limit.Token))!);
        }

        Assert.Contains("event: approval.requested", lines);
        await host.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"approved"}""");
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            lines.Add(line);
        }

        Assert.Contains("event: approval.decided", lines);
        Assert.Contains("event: run.completed", lines);
        var ids = lines.Where(l => l.StartsWith("id: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());

        var again = await host.GetAsync($"/api/runs/{run}/events", ("Accept", "text/event-stream"), ("Last-Event-ID", ids[^2][4..]));
        Assert.Equal(["event: run.completed"], again.Body.Split('\n').Where(l => l.StartsWith("event: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Events_StreamOfAWaitingRun_EndsByItsLimit()
    {
        await using var host = await OpenAsync(o => o.StreamLimit = TimeSpan.FromMilliseconds(200));
        var (run, _) = await host.HoldAsync();
        var reply = await host.GetAsync($"/api/runs/{run}/events", ("Accept", "text/event-stream"));
        Assert.StartsWith("retry: 2000\n\n", reply.Body);
        Assert.DoesNotContain("run.completed", reply.Body);
    }

    [Fact]
    public async Task Events_BadRequests_AreRefused()
    {
        await using var host = await OpenAsync();
        var id = await host.FinishAsync("quick");
        (await host.GetAsync($"/api/runs/{id}/events", ("Accept", "text/html"))).IsProblem(406, "not_acceptable");
        (await host.GetAsync($"/api/runs/{id}/events?after=x")).IsProblem(400, "parameter_invalid");
        (await host.GetAsync("/api/runs/run-0190f0a0-0000-7000-8000-000000000000/events")).IsProblem(404, "run_not_found");
        (await host.GetAsync("/api/runs/run-0190f0a0-0000-7000-8000-000000000000/explain")).IsProblem(404, "run_not_found");
    }

    [Fact]
    public async Task Explain_FinishedRun_NamesRuleCandidatesAndAttempts()
    {
        await using var host = await OpenAsync();
        var id = await host.FinishAsync("quick");
        var step = (await host.GetAsync($"/api/runs/{id}/explain")).Json.GetProperty("steps")[0];
        Assert.Equal("answer", step.GetProperty("step").GetString());
        Assert.NotEqual("", step.GetProperty("rule").GetString());
        Assert.True(step.GetProperty("candidates").GetArrayLength() > 0);
        Assert.NotEqual("", step.GetProperty("candidates")[0].GetProperty("reason").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Array, step.GetProperty("rejected").ValueKind);
        Assert.Equal(0, step.GetProperty("budget").GetProperty("spentUsd").GetDecimal());
        Assert.Equal("ok", step.GetProperty("attempts")[0].GetProperty("outcome").GetString());
        Assert.True(step.GetProperty("attempts")[0].GetProperty("latencyMs").GetInt32() >= 0);
    }
}
