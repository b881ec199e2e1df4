using DurableRouter.Http.Access;

namespace DurableRouter.Tests.Http;

public abstract partial class HttpContractTests
{
    [Fact]
    public async Task Decide_Approved_EndsTheRunAndKeepsTheReceipt()
    {
        await using var host = await OpenAsync();
        var (run, id) = await host.HoldAsync();
        var first = await host.PostAsync($"/api/approvals/{id}/decision", """{"decision":"approved","comment":"fine"}""");
        Assert.True(first.Status == 200, first.Body);
        var again = await host.PostAsync($"/api/approvals/{id}/decision", """{"comment":"fine","decision":"approved"}""");
        Assert.Equal(200, again.Status);
        Assert.Equal(first.Json.GetProperty("receipt").GetString(), again.Json.GetProperty("receipt").GetString());
        (await host.PostAsync($"/api/approvals/{id}/decision", """{"decision":"rejected"}""")).IsProblem(409, "approval_decided");
        await Eventually(async () => (await host.GetAsync($"/api/runs/{run}")).Json.GetProperty("runtimeStatus").GetString() == "Completed");
        Assert.Equal("completed", (await host.GetAsync($"/api/runs/{run}")).Json.GetProperty("outcome").GetString());
        Assert.Equal("approved", (await host.GetAsync($"/api/approvals/{id}")).Json.GetProperty("status").GetString());
        Assert.Empty((await host.GetAsync($"/api/approvals?status=pending&runId={run}")).Json.GetProperty("value").EnumerateArray());
    }

    [Fact]
    public async Task Decide_Rejected_EndsTheRunWithoutOutput()
    {
        await using var host = await OpenAsync();
        var (run, id) = await host.HoldAsync();
        Assert.Equal(200, (await host.PostAsync($"/api/approvals/{id}/decision", """{"decision":"rejected"}""")).Status);
        await Eventually(async () => (await host.GetAsync($"/api/runs/{run}")).Status == 200);
        var status = (await host.GetAsync($"/api/runs/{run}")).Json;
        Assert.Equal("rejected", status.GetProperty("outcome").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, status.GetProperty("output").ValueKind);
    }

    [Fact]
    public async Task Terminate_TakesBackWhatTheRunAsks()
    {
        await using var host = await OpenAsync();
        var (run, id) = await host.HoldAsync();
        Assert.Equal(202, (await host.PostAsync($"/api/runs/{run}/terminate", null)).Status);
        await Eventually(async () => (await host.GetAsync($"/api/approvals/{id}")).Json.GetProperty("status").GetString() == "withdrawn");
        Assert.Empty((await host.GetAsync($"/api/approvals?status=pending&runId={run}")).Json.GetProperty("value").EnumerateArray());
        (await host.PostAsync($"/api/approvals/{id}/decision", """{"decision":"approved"}""")).IsProblem(410, "approval_expired");
    }

    [Fact]
    public async Task Decide_OppositesAtOnce_OneWins()
    {
        await using var host = await OpenAsync();
        var (_, id) = await host.HoldAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            host.PostAsync($"/api/approvals/{id}/decision", i % 2 == 0 ? """{"decision":"approved"}""" : """{"decision":"rejected"}""")));
        Assert.Equal(10, replies.Count(r => r.Status == 200));
        Assert.Equal(10, replies.Count(r => r.Status == 409));
        Assert.Single(replies.Where(r => r.Status == 200).Select(r => r.Json.GetProperty("receipt").GetString()).Distinct());
    }

    [Fact]
    public async Task Decide_GetOrHead_DecidesNothing()
    {
        await using var host = await OpenAsync();
        var (_, id) = await host.HoldAsync();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Put })
        {
            var reply = await host.SendAsync(method, $"/api/approvals/{id}/decision?decision=approved", null);
            Assert.Equal(405, reply.Status);
            Assert.Equal(["POST"], reply.ContentHeaders.Allow);
        }

        Assert.Equal("pending", (await host.GetAsync($"/api/approvals/{id}")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Approval_ShowsTheFactsThatTheDecisionBindsTo()
    {
        await using var host = await OpenAsync();
        var (run, id) = await host.HoldAsync();
        var record = (await host.GetAsync($"/api/approvals/{id}")).Json;
        Assert.Equal(run, record.GetProperty("runId").GetString());
        Assert.Matches("^[0-9a-f]{64}$", record.GetProperty("digest").GetString());
        Assert.NotEqual("", record.GetProperty("facts").GetProperty("action").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Object, record.GetProperty("facts").GetProperty("payload").ValueKind);
        Assert.False(record.TryGetProperty("basis", out _));
    }

    [Fact]
    public async Task Decide_DigestOfSomethingElse_IsForbidden()
    {
        await using var host = await OpenAsync();
        var (_, id) = await host.HoldAsync();
        var digest = (await host.GetAsync($"/api/approvals/{id}")).Json.GetProperty("digest").GetString();
        var other = new string('a', 64);
        (await host.PostAsync($"/api/approvals/{id}/decision", $$"""{"decision":"approved","digest":"{{other}}"}""")).IsProblem(403, "approval_forbidden");
        Assert.Equal(200, (await host.PostAsync($"/api/approvals/{id}/decision", $$"""{"decision":"approved","digest":"{{digest}}"}""")).Status);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"decision":"maybe"}""")]
    [InlineData("""{"decision":true}""")]
    [InlineData("""{"decision":"approved","extra":1}""")]
    public async Task Decide_BodyWrong_IsRefused(string body)
    {
        await using var host = await OpenAsync();
        var (_, id) = await host.HoldAsync();
        (await host.PostAsync($"/api/approvals/{id}/decision", body)).IsProblem(400, "request_invalid");
    }

    [Theory]
    [InlineData("""{"decision":"changesRequested"}""")]
    [InlineData("""{"decision":"rejected","edits":{"echo":"mine"}}""")]
    [InlineData("""{"decision":"approved","edits":{"other":"mine"}}""")]
    public async Task Decide_PartsDontFit_IsRefused(string body)
    {
        await using var host = await OpenAsync();
        var (_, id) = await host.HoldAsync();
        (await host.PostAsync($"/api/approvals/{id}/decision", body)).IsProblem(422, "input_invalid");
        Assert.Equal("pending", (await host.GetAsync($"/api/approvals/{id}")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Decide_Unknown_IsNotFound()
    {
        await using var host = await OpenAsync();
        (await host.PostAsync("/api/approvals/apr-00000000000000000000000000000000/decision", """{"decision":"approved"}""")).IsProblem(404, "approval_not_found");
        (await host.GetAsync("/api/approvals/apr-00000000000000000000000000000000")).IsProblem(404, "approval_not_found");
    }

    [Fact]
    public async Task Decide_ByTheRequester_IsForbiddenWhereKeysTellPersonsApart()
    {
        await using var host = await OpenAsync(o =>
        {
            o.Keys.Add(new ApiKey("ada", ApiKey.HashOf("ada-key"), ApiRole.Runner | ApiRole.Approver));
            o.Keys.Add(new ApiKey("bob", ApiKey.HashOf("bob-key"), ApiRole.Approver));
        });
        var (_, id) = await host.HoldAsync(("x-functions-key", "ada-key"));
        const string approve = """{"decision":"approved"}""";
        (await host.PostAsync($"/api/approvals/{id}/decision", approve, ("x-functions-key", "ada-key"))).IsProblem(403, "approval_forbidden");
        var reply = await host.PostAsync($"/api/approvals/{id}/decision", approve, ("x-functions-key", "bob-key"));
        Assert.Equal(200, reply.Status);
        Assert.Equal("bob", reply.Json.GetProperty("subject").GetString());
    }
}
