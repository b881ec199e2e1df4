using System.Text.Json;

namespace DurableRouter.Tests.Http;

public abstract partial class HttpContractTests
{
    [Fact]
    public async Task Get_FinishedRun_ShowsResult()
    {
        await using var host = await OpenAsync();
        var id = await host.FinishAsync("quick");
        var reply = await host.GetAsync($"/api/runs/{id}");
        Assert.Equal(200, reply.Status);
        var run = reply.Json;
        Assert.Equal(id, run.GetProperty("id").GetString());
        Assert.Equal("quick", run.GetProperty("pipeline").GetString());
        Assert.Equal("Completed", run.GetProperty("runtimeStatus").GetString());
        Assert.Equal("completed", run.GetProperty("outcome").GetString());
        Assert.Equal(["step", "progress", "waitingFor", "costUsd", "budgetUsd"], run.GetProperty("customStatus").EnumerateObject().Select(m => m.Name));
        Assert.Equal(JsonValueKind.Object, run.GetProperty("output").ValueKind);
        Assert.Equal(JsonValueKind.Array, run.GetProperty("degraded").ValueKind);
        Assert.True(run.GetProperty("simulated").GetBoolean());
        Assert.True(run.GetProperty("lastUpdatedTime").GetDateTimeOffset() >= run.GetProperty("createdTime").GetDateTimeOffset());
        Assert.False(run.TryGetProperty("error", out _));
        Assert.False(run.TryGetProperty("input", out _));
        Assert.False(run.TryGetProperty("historyEvents", out _));
    }

    [Fact]
    public async Task Get_LiveRun_AnswersAcceptedWithItsProgress()
    {
        await using var host = await OpenAsync();
        var (id, approval) = await host.HoldAsync();
        var reply = await host.GetAsync($"/api/runs/{id}");
        Assert.Equal(202, reply.Status);
        Assert.Equal("2", reply.Header("Retry-After"));
        Assert.Equal("Running", reply.Json.GetProperty("runtimeStatus").GetString());
        Assert.Equal("approval " + approval, reply.Json.GetProperty("customStatus").GetProperty("waitingFor").GetString());
        Assert.Equal(JsonValueKind.Null, reply.Json.GetProperty("output").ValueKind);
    }

    [Fact]
    public async Task Get_WithHistory_ShowsEventsInOrder()
    {
        await using var host = await OpenAsync();
        var id = await host.FinishAsync("quick");
        var events = (await host.GetAsync($"/api/runs/{id}?showHistory=true")).Json.GetProperty("historyEvents").EnumerateArray().ToList();
        Assert.Equal("run.started", events[0].GetProperty("eventType").GetString());
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => e.GetProperty("sequence").GetInt32()));
        (await host.GetAsync($"/api/runs/{id}?showHistory=maybe")).IsProblem(400, "parameter_invalid");
    }

    [Fact]
    public async Task Get_EntityTagUnchanged_AnswersNotModified()
    {
        await using var host = await OpenAsync();
        var (id, approval) = await host.HoldAsync();
        var tag = (await host.GetAsync($"/api/runs/{id}")).Header("ETag")!;
        var same = await host.GetAsync($"/api/runs/{id}", ("If-None-Match", $"\"other\", {tag}"));
        Assert.Equal(304, same.Status);
        Assert.Equal("", same.Body);
        await host.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"approved"}""");
        await Eventually(async () => (await host.GetAsync($"/api/runs/{id}", ("If-None-Match", tag))).Status == 200);
    }

    [Fact]
    public async Task Head_AnswersLikeGetWithoutABody()
    {
        await using var host = await OpenAsync();
        var id = await host.FinishAsync("quick");
        var reply = await host.SendAsync(HttpMethod.Head, $"/api/runs/{id}", null);
        Assert.Equal(200, reply.Status);
        Assert.Equal("", reply.Body);
        Assert.NotNull(reply.Header("ETag"));
    }

    [Fact]
    public async Task List_Pages_VisitEveryRunOnce()
    {
        await using var host = await OpenAsync();
        var started = new HashSet<string>();
        var tag = $"pages-{Guid.NewGuid():N}";
        for (var i = 0; i < 7; i++)
        {
            var run = await host.PostAsync("/api/pipelines/quick/runs",
                $$"""{"input":{"text":"a"},"tags":{"{{tag}}":"1"} }""", ("Prefer", "wait=60"));
            started.Add(run.Json.GetProperty("id").GetString()!);
        }

        var seen = new List<string>();
        var next = $"/api/runs?top=3&pipeline=quick&tag={tag}";
        for (var pages = 0; next is not null && pages < 5; pages++)
        {
            var page = await host.GetAsync(next);
            Assert.Equal(200, page.Status);
            seen.AddRange(page.Json.GetProperty("value").EnumerateArray().Select(r => r.GetProperty("id").GetString()!));
            next = page.Json.GetProperty("nextLink").GetString();
            Assert.Equal(page.Json.GetProperty("continuationToken").GetString(), page.Header("x-ms-continuation-token"));
        }

        Assert.Equal(7, seen.Count);
        Assert.Equal(started, seen.ToHashSet());
    }

    [Fact]
    public async Task List_Filters_Select()
    {
        await using var host = await OpenAsync();
        var first = await host.FinishAsync("quick");
        var since = (await host.GetAsync($"/api/runs/{first}")).Json.GetProperty("createdTime").GetString()!;
        await host.HoldAsync();
        await host.PostAsync("/api/pipelines/quick/runs", """{"input":{"text":"a"},"tags":{"team":"blue"}}""", ("Prefer", "wait=60"));
        await ListsAsync("pipeline=held", 1);
        await ListsAsync("runtimeStatus=Running", 1);
        await ListsAsync("runtimeStatus=completed,running", 3);
        await ListsAsync("tag=team:blue", 1);
        await ListsAsync("tag=team", 1);
        await ListsAsync("tag=team:red", 0);
        await ListsAsync("top=1000", 3);
        await ListsAsync("createdTimeTo=2000-01-01T00:00:00Z", 0);

        async Task ListsAsync(string query, int count)
        {
            var reply = await host.GetAsync($"/api/runs?createdTimeFrom={Uri.EscapeDataString(since)}&{query}");
            Assert.True(reply.Json.GetProperty("value").GetArrayLength() == count, query + ": " + reply.Body);
        }
    }

    [Theory]
    [InlineData("top=0", "top")]
    [InlineData("top=1001", "top")]
    [InlineData("top=x", "top")]
    [InlineData("runtimeStatus=Sleeping", "runtimeStatus")]
    [InlineData("runtimeStatus=1", "runtimeStatus")]
    [InlineData("createdTimeFrom=yesterday", "createdTimeFrom")]
    [InlineData("pipeline=..%2F", "pipeline")]
    [InlineData("createdTimeForm=2026-01-01", "createdTimeForm")]
    [InlineData("continuationToken=garbage", "continuationToken")]
    public async Task List_BadParameter_IsNamed(string query, string name)
    {
        await using var host = await OpenAsync();
        var reply = (await host.GetAsync("/api/runs?" + query)).IsProblem(400, "parameter_invalid");
        Assert.Equal(name, Assert.Single(reply.Pointers));
    }

    [Fact]
    public async Task Control_SuspendResumeTerminate_ChangesTheRun()
    {
        await using var host = await OpenAsync();
        var (id, _) = await host.HoldAsync();
        await StepAsync("suspend", "Suspended");
        await StepAsync("resume", "Running");
        await StepAsync("terminate", "Terminated");
        (await host.PostAsync($"/api/runs/{id}/suspend", null)).IsProblem(410, "run_finished");
        (await host.PostAsync($"/api/runs/{id}/terminate", null)).IsProblem(410, "run_finished");
        (await host.PostAsync($"/api/runs/{id}/raiseEvent/go", "1")).IsProblem(410, "run_finished");

        async Task StepAsync(string verb, string status)
        {
            Assert.Equal(202, (await host.PostAsync($"/api/runs/{id}/{verb}?reason=because", null)).Status);
            await Eventually(async () => (await host.GetAsync($"/api/runs/{id}")).Json.GetProperty("runtimeStatus").GetString() == status);
        }
    }

    [Fact]
    public async Task Delete_LiveThenFinished_RemovesOnlyTheFinished()
    {
        await using var host = await OpenAsync();
        var (live, _) = await host.HoldAsync();
        (await host.SendAsync(HttpMethod.Delete, $"/api/runs/{live}", null)).IsProblem(409, "run_live");
        var done = await host.FinishAsync("quick");
        var reply = await host.SendAsync(HttpMethod.Delete, $"/api/runs/{done}", null);
        Assert.Equal(200, reply.Status);
        Assert.Equal(1, reply.Json.GetProperty("instancesDeleted").GetInt32());
        (await host.GetAsync($"/api/runs/{done}")).IsProblem(404, "run_not_found");
        Assert.Equal(200, (await host.GetAsync($"/api/runs/{done}/ledger")).Status);
    }

    [Fact]
    public async Task RaiseEvent_SameKeyTwice_IsRecordedOnce()
    {
        await using var host = await OpenAsync();
        var (id, _) = await host.HoldAsync();
        Assert.Equal(202, (await host.PostAsync($"/api/runs/{id}/raiseEvent/my:event.1", """{"a":1}""", ("Idempotency-Key", "e1"))).Status);
        Assert.Equal(202, (await host.PostAsync($"/api/runs/{id}/raiseEvent/my:event.1", """{"a":1}""", ("Idempotency-Key", "e1"))).Status);
        Assert.Equal(202, (await host.PostAsync($"/api/runs/{id}/raiseEvent/bare", null)).Status);
        await Eventually(async () =>
        {
            var history = (await host.GetAsync($"/api/runs/{id}?showHistory=true")).Json.GetProperty("historyEvents").EnumerateArray();
            var names = history.Where(e => e.GetProperty("eventType").GetString() == "event.received").Select(e => e.GetProperty("name").GetString()).ToList();
            return names is ["my:event.1", "bare"];
        });
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("approval:apr-1")]
    [InlineData("approval%3Aapr-1")]
    public async Task RaiseEvent_ReservedName_IsRefused(string name)
    {
        await using var host = await OpenAsync();
        var (id, _) = await host.HoldAsync();
        (await host.PostAsync($"/api/runs/{id}/raiseEvent/{name}", null)).IsProblem(400, "event_reserved");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/ledger")]
    [InlineData("POST", "/raiseEvent/x")]
    [InlineData("POST", "/suspend")]
    [InlineData("POST", "/resume")]
    [InlineData("POST", "/terminate")]
    [InlineData("DELETE", "")]
    public async Task UnknownRun_IsNotFound(string verb, string path)
    {
        await using var host = await OpenAsync();
        var reply = await host.SendAsync(new HttpMethod(verb), "/api/runs/run-0190f0a0-0000-7000-8000-000000000000" + path, null);
        reply.IsProblem(404, "run_not_found");
        Assert.Equal("run-0190f0a0-0000-7000-8000-000000000000", reply.Json.GetProperty("runId").GetString());
    }

    [Fact]
    public async Task Ledger_FinishedRun_AddsUp()
    {
        await using var host = await OpenAsync();
        var id = await host.FinishAsync("quick");
        var ledger = (await host.GetAsync($"/api/runs/{id}/ledger")).Json;
        var attempts = ledger.GetProperty("attempts").EnumerateArray().ToList();
        Assert.NotEmpty(attempts);
        Assert.Equal(attempts.Sum(a => a.GetProperty("costUsd").GetDecimal()), ledger.GetProperty("totalUsd").GetDecimal());
        Assert.Equal(ledger.GetProperty("totalUsd").GetDecimal(), ledger.GetProperty("byStep").EnumerateArray().Sum(t => t.GetProperty("costUsd").GetDecimal()));
        Assert.Equal(ledger.GetProperty("totalUsd").GetDecimal(), ledger.GetProperty("byModel").EnumerateArray().Sum(t => t.GetProperty("costUsd").GetDecimal()));
        Assert.Equal("repriced", ledger.GetProperty("baseline").GetProperty("method").GetString());
        Assert.False(ledger.GetProperty("fallbackUsed").GetBoolean());
        var first = attempts[0];
        foreach (var name in new[] { "step", "role", "tier", "model", "provider", "outcome", "rule" })
        {
            Assert.NotEqual("", first.GetProperty(name).GetString());
        }

        foreach (var name in new[] { "attempt", "inputTokens", "cachedInputTokens", "outputTokens", "reasoningTokens", "latencyMs" })
        {
            Assert.True(first.GetProperty(name).GetInt32() >= 0);
        }

        Assert.True(first.GetProperty("simulated").GetBoolean());
    }

    /// <summary>Hosts answer before a run has reacted; polls until it did.</summary>
    protected async Task Eventually(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!await condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
