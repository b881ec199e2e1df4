using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 29: tools have schemas on both sides, one idempotency key for all calls that mean the same, capped back-off and the scope that the
/// operator gave them; what was sent, what came back and what it cost stands in the ledger.</summary>
public sealed class Row29ToolTests
{
    static readonly string Unattended = ToolFiles.Create("unattended: true");
    static readonly object Input = new { text = "Broken door", amount = 500 };

    [Fact]
    public async Task ReadingTool_IsAskedWithoutAPerson_WithItsInputInTheQuery()
    {
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, ToolFiles.Find));

        var run = await host.RunAsync("work", new { text = "doors & ?open=false#" });

        Assert.Equal("Completed", run.Status);
        var call = Assert.Single(tool.Calls);
        Assert.Equal(("GET", "/tickets/search?open=true&words=doors%20%26%20%3Fopen%3Dfalse%23&most=5"), (call.Method, call.Target));
        Assert.Null(call.Body);
        Assert.DoesNotContain("Authorization", call.Headers.Keys);
        var candidate = Assert.Single(run.Explained("file").GetProperty("candidates").EnumerateArray());
        Assert.Equal("tool:tickets.find", candidate.GetProperty("model").GetString());
        Assert.Equal($"named by the step; GET {new Uri(tool.Address, "/tickets/search")}", candidate.GetProperty("reason").GetString());
        Assert.Equal(["step.started", "step.attempt", "step.completed"], run.Events.GetProperty("value").EnumerateArray()
            .Select(e => e.GetProperty("type").GetString()).Where(t => t!.StartsWith("step.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Failures_AreRepeatedWithOneIdempotencyKey_AfterTheWaitThatTheToolAsksFor()
    {
        await using var tool = await FakeTool.StartAsync(call => call.Number switch
        {
            1 => FakeReply.Error(503, "overloaded"),
            2 => FakeReply.Error(429, "slow down", null, ("Retry-After", "1")),
            _ => FakeReply.Json("""{"id":"T-1"}"""),
        });
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, Unattended));

        var run = await host.RunAsync("work", Input);

        Assert.Equal("Completed", run.Status);
        Assert.Equal(["upstream_error", "rate_limited", ""], Codes(run));
        Assert.Equal(0.03m, run.Ledger.GetProperty("totalUsd").GetDecimal());
        Assert.Equal([$"{run.Id}/file/0"], tool.Effects);
        Assert.Equal(run.Attempts().Select(a => a.GetProperty("key").GetString()), tool.Calls.Select(c => c.Key));
        var started = run.Attempts().Select(a => a.GetProperty("startedTime").GetDateTimeOffset()).ToList();
        Assert.True(started[2] - started[1] >= TimeSpan.FromSeconds(1), $"{started[1]:O} then {started[2]:O}");
    }

    public static TheoryData<string, string> FailingReplies => new()
    {
        { "longer than the cap", "rate_limited" }, { "never", "total_timeout" }, { "two megabytes", "reply_too_large" }, { "redirect", "redirected" },
        { "not json", "invalid_json" }, { "another shape", "schema_mismatch" }, { "the key", "secret_in_reply" }, { "refused", "bad_request" }, { "dropped", "connection_lost" },
    };

    [Theory]
    [MemberData(nameof(FailingReplies))]
    public async Task FailingReply_IsTyped_Paid_AndNotRepeatedForNothing(string reply, string code)
    {
        await using var elsewhere = await FakeTool.StartAsync();
        await using var tool = await FakeTool.StartAsync(_ => reply switch
        {
            "longer than the cap" => FakeReply.Error(429, "slow down", null, ("Retry-After", "3600")),
            "never" => FakeReply.Hang(),
            "two megabytes" => FakeReply.Json($$"""{"id":"{{new string('x', 2 * 1024 * 1024)}}"}"""),
            "redirect" => FakeReply.Json("", 307) with { Headers = new Dictionary<string, string> { ["Location"] = elsewhere.Address.AbsoluteUri } },
            "not json" => FakeReply.Json("It is done."),
            "another shape" => FakeReply.Json("""{"id":7}"""),
            "the key" => FakeReply.Json("""{"id":"a longer key"}"""),
            "dropped" => new FakeReply { Parts = [new DropPart()] },
            _ => FakeReply.Error(400, "no such customer"),
        });
        var more = reply is "never" or "dropped" ? "timeout: 500ms\n    retries: { attempts: 1 }" : ToolFiles.Patient;
        await using var host = await SystemHost.StartAsync("a longer key", ToolFiles.Files(tool, Unattended, more));

        var run = await host.RunAsync("work", Input);

        Assert.Equal("Failed", run.Status);
        Assert.Equal([code], Codes(run));
        Assert.Equal("tool_failed", run.Run.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(0.01m, run.Ledger.GetProperty("totalUsd").GetDecimal());
        Assert.Single(tool.Calls);
        Assert.Empty(elsewhere.Calls);
        Assert.DoesNotContain("a longer key", run.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnfitInput_FailsWithItsPlaces_BeforeAnybodyIsAsked_AndNoCallIsMade()
    {
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, ToolFiles.Create("approval: { group: clerks, timeout: 24h }")));

        var run = await host.RunAsync("work", new { text = "No", amount = -5 });

        Assert.Equal("Failed", run.Status);
        var error = run.Run.GetProperty("error");
        Assert.Equal("schema_mismatch", error.GetProperty("code").GetString());
        Assert.Contains("/title", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("/amount", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(tool.Calls);
        Assert.Empty((await host.GetAsync($"/api/approvals?runId={run.Id}")).Json.GetProperty("value").EnumerateArray());
        Assert.Equal("tool tickets.create, scope write", run.Rule("file"));
    }

    [Fact]
    public async Task UnfitInput_TooLargeForTheHistory_IsFoundWhenTheCallIsDue()
    {
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, Unattended));

        var run = await host.RunAsync("work", new { text = new string('x', 300_000), amount = -5 });

        Assert.Equal(["schema_mismatch"], Codes(run));
        Assert.Equal(0, run.Ledger.GetProperty("totalUsd").GetDecimal());
        Assert.Empty(tool.Calls);
    }

    [Fact]
    public async Task Exhausted_LastLinkHuman_APersonGivesTheToolsReply()
    {
        await using var tool = await FakeTool.StartAsync(_ => FakeReply.Error(400, "closed today"));
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, Unattended, last: "human"));

        var waiting = await host.RunAsync("work", Input);
        var asked = await ToolFiles.AskedAsync(host, waiting);
        (await ToolFiles.DecideAsync(host, asked, "approved", ""","edits":{"number":7}""")).IsProblem(422, "input_invalid");
        Assert.Equal(200, (await ToolFiles.DecideAsync(host, asked, "approved", ""","edits":{"id":"by hand"}""")).Status);
        var ended = await host.EndAsync(waiting.Id);

        Assert.Equal("answer", asked.GetProperty("kind").GetString());
        Assert.Contains("in the tool's place", asked.GetProperty("facts").GetProperty("action").GetString(), StringComparison.Ordinal);
        Assert.Equal("by hand", ended.Output.GetProperty("id").GetString());
        Assert.Equal("tool:tickets.create", ended.Models()[0]);
        Assert.StartsWith("human:", ended.Models()[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_CountWhatToolsCost_AndCallNoneOfItRouting()
    {
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, Unattended));
        var run = await host.RunAsync("work", Input);

        var tier = Assert.Single((await host.GetAsync("/api/stats/cost?groupBy=tier")).Json.GetProperty("value").EnumerateArray());
        var routing = (await host.GetAsync("/api/stats/routing")).Json.GetProperty("value");

        Assert.Equal(("tool", 0.01m), (tier.GetProperty("key").GetString(), tier.GetProperty("costUsd").GetDecimal()));
        Assert.Empty(routing.EnumerateArray());
        Assert.Equal(0.01m, run.Ledger.GetProperty("baseline").GetProperty("usd").GetDecimal());
    }

    /// <summary>The address is looked at when it is connected to: a name that was allowed and now leads elsewhere gains nothing.</summary>
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("168.63.129.16")]
    public async Task NameThatLeadsToAnotherAddressLater_IsRefused_AndNotRepeated(string rebound)
    {
        await using var tool = await FakeTool.StartAsync();
        var asked = 0;
        await using var host = await SystemHost.StartAsync("a key", [SystemFiles.Models(new Uri("http://127.0.0.1:9/v1")), ToolFiles.Routing(),
            ToolFiles.Tools(tool.Address, host: "tickets.example"), ToolFiles.Work(Unattended)],
            (_, _) => Task.FromResult<System.Net.IPAddress[]>([System.Net.IPAddress.Parse(asked++ == 0 ? "127.0.0.1" : rebound)]));

        var first = await host.RunAsync("work", Input);
        var second = await host.RunAsync("work", Input);

        Assert.Equal("Completed", first.Status);
        Assert.Equal(["address_refused"], Codes(second));
        Assert.Equal(0, second.Ledger.GetProperty("totalUsd").GetDecimal());
        Assert.Single(tool.Calls);
    }

    static IEnumerable<string?> Codes(SystemRun run) => run.Attempts().Select(a =>
        a.TryGetProperty("failureCode", out var code) && code.ValueKind == JsonValueKind.String ? code.GetString() : "");
}
