using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Tests.Approvals;
using DurableRouter.Tests.Http;

namespace DurableRouter.Tests.Faults;

/// <summary>Faults 38 to 43 through the interface: who decides an approval, with what, and when. In a browser: <see cref="ApprovalPageTests"/>;
/// by signed messages: <see cref="SignedMessageTests"/>; ten thousand at once: <see cref="ApprovalRaceTests"/>.</summary>
public class Fault38To43Tests
{
    [Fact]
    public async Task Fault38_GetOrHead_NeverDecides()
    {
        await using var server = await ApprovalServer.StartAsync();
        var id = (await server.WaitAsync()).Approval.GetProperty("id").GetString()!;
        var token = ApprovalServer.Bearer(await server.LinkAsync(id, "dora"));
        (string, string)[][] dresses = [[], [("Sec-Purpose", "prefetch")], [("Purpose", "preview")], [("X-HTTP-Method-Override", "POST")], [("X-Method-Override", "POST")]];
        string[] paths = [$"/approve/{id}", $"/approve/{id}?decision=approved", $"/api/approvals/{id}", $"/api/approvals/{id}?_method=POST&decision=approved",
            $"/api/approvals/{id}/decision", $"/api/approvals/{id}/decision?decision=approved"];

        foreach (var path in paths)
        {
            foreach (var headers in dresses)
            {
                Assert.NotInRange((await server.SendAsync(HttpMethod.Head, path, null, [token, .. headers])).Status, 500, 599);
                var reply = await server.SendAsync(HttpMethod.Get, path, null, [token, .. headers]);
                Assert.Equal(path.Contains("/decision", StringComparison.Ordinal) ? 405 : 200, reply.Status);
            }
        }

        var record = (await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Root)).Json;
        Assert.Equal(("pending", 0), (record.GetProperty("status").GetString(), record.GetProperty("votes").GetArrayLength()));
    }

    [Fact]
    public async Task Fault38_Page_IsInert_TheSameForAll_AndStrict()
    {
        await using var server = await ApprovalServer.StartAsync();
        var id = (await server.WaitAsync()).Approval.GetProperty("id").GetString()!;

        var page = await server.GetAsync("/approve/" + id);
        var head = await server.SendAsync(HttpMethod.Head, "/approve/" + id, null);
        var other = await server.GetAsync("/approve/apr-00000000000000000000000000000000");

        Assert.Equal((200, 200, page.Body), (page.Status, head.Status, other.Body));
        Assert.Equal("text/html", page.ContentHeaders.ContentType?.MediaType);
        Assert.DoesNotContain(id, page.Body, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(("no-store", "no-referrer", "DENY"), (page.Header("Cache-Control"), page.Header("Referrer-Policy"), page.Header("X-Frame-Options")));
        Assert.Equal(405, (await server.PostAsync("/approve/" + id, "{}", ApprovalServer.Ada)).Status);
        Assert.Equal("pending", await server.StatusAsync(id));
    }

    [Fact]
    public async Task Fault40_Replay_GivesTheSameReceipt_AndTheOppositeIsRefused()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync();
        var id = approval.GetProperty("id").GetString()!;
        var token = ApprovalServer.Bearer(await server.LinkAsync(id, "dora"));

        Assert.Equal(approval.GetProperty("digest").GetString(), (await server.GetAsync($"/api/approvals/{id}", token)).Json.GetProperty("digest").GetString());
        var first = await server.DecideAsync(id, "approved", token);
        var again = await server.DecideAsync(id, "approved", token);

        Assert.Equal(("dora", "link"), (first.Json.GetProperty("subject").GetString(), first.Json.GetProperty("via").GetString()));
        Assert.Equal(first.Body, again.Body);
        (await server.DecideAsync(id, "rejected", token)).IsProblem(409, "approval_decided");
        (await server.DecideAsync(id, "approved", ApprovalServer.Ada)).IsProblem(409, "approval_decided");
        Assert.Equal("Completed", await server.EndAsync(runId));
    }

    [Fact]
    public async Task Fault39_ForgedToken_IsAnsweredAsAnUnknownApproval_AndIsLimited()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (_, approval) = await server.WaitAsync();
        var id = approval.GetProperty("id").GetString()!;
        var genuine = await server.LinkAsync(id, "dora");
        const string unknown = "apr-00000000000000000000000000000000";
        string[] forged = [genuine[..^4] + (genuine[^4] == 'A' ? 'B' : 'A') + genuine[^3..], genuine[..^8], "apt_", "apt_!!", "apt_" + new string('A', 2000),
            "apt_" + new string('A', 160)];

        var expected = await server.DecideAsync(unknown, "approved", ApprovalServer.Ada);
        foreach (var token in forged)
        {
            var reply = (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(token))).IsProblem(404, "approval_not_found");
            Assert.Equal(Untraced(expected), Untraced(reply).Replace(id, unknown, StringComparison.Ordinal));
        }

        // The limit counts by the minute: a machine so slow that one passes meanwhile is allowed as many again.
        var limited = expected;
        var (tries, began) = (0, TimeProvider.System.GetTimestamp());
        for (; limited.Status != 429 && tries < 1000; tries++)
        {
            limited = await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Bearer(forged[0]));
        }

        Assert.NotNull(limited.IsProblem(429, "too_many_attempts").Headers.RetryAfter);
        Assert.InRange(tries, 1, 31 * Math.Ceiling(TimeProvider.System.GetElapsedTime(began).TotalMinutes + 1));
        Assert.Equal("pending", await server.StatusAsync(id));
        Assert.Equal(200, (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(genuine))).Status);
    }

    [Fact]
    public async Task Fault42_TokenOfAnotherRun_OrDigestOfOtherFacts_IsForbidden()
    {
        await using var server = await ApprovalServer.StartAsync();
        var id = (await server.WaitAsync()).Approval.GetProperty("id").GetString()!;
        var other = (await server.WaitAsync()).Approval.GetProperty("id").GetString()!;
        var token = await server.LinkAsync(other, "dora");

        (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(token))).IsProblem(403, "approval_forbidden");
        (await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Bearer(token))).IsProblem(403, "approval_forbidden");
        (await server.DecideAsync(other, "approved", ApprovalServer.Bearer(token), new string('0', 64))).IsProblem(403, "approval_forbidden");
        (await server.DecideAsync(id, "approved", ApprovalServer.Ada, new string('0', 64))).IsProblem(403, "approval_forbidden");
        Assert.Equal(["pending", "pending"], [await server.StatusAsync(id), await server.StatusAsync(other)]);
    }

    /// <summary>Whoever ended it: the question goes in the commit that ends the run.</summary>
    [Fact]
    public async Task Fault41_RunThatIsOver_TookItsQuestionWithIt()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync();

        await server.Engine.TerminateAsync(runId, "not needed", CancellationToken.None);
        Assert.Equal("Terminated", await server.EndAsync(runId));

        Assert.Equal("withdrawn", await server.StatusAsync(Id(approval)));
        (await server.DecideAsync(Id(approval), "approved", ApprovalServer.Ada)).IsProblem(410, "approval_expired");
    }

    [Fact]
    public async Task Fault42_TokenOfAnotherStep_OrOfAnEarlierPayload_IsForbidden()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, draft) = await server.WaitAsync("steps");
        var token = ApprovalServer.Bearer(await server.LinkAsync(Id(draft), "dora"));

        Assert.Equal(200, (await server.PostAsync($"/api/approvals/{Id(draft)}/decision", """{"decision":"changesRequested","comment":"shorter"}""", ApprovalServer.Ada)).Status);
        var redrafted = await server.AskedAsync(runId);
        Assert.NotEqual(Id(draft), Id(redrafted));
        (await server.DecideAsync(Id(redrafted), "approved", token)).IsProblem(403, "approval_forbidden");
        (await server.DecideAsync(Id(draft), "approved", token)).IsProblem(409, "approval_decided");

        Assert.Equal(200, (await server.DecideAsync(Id(redrafted), "approved", ApprovalServer.Ada)).Status);
        var final = await server.AskedAsync(runId);
        Assert.Equal(("draft", "final"), (redrafted.GetProperty("step").GetString(), final.GetProperty("step").GetString()));
        (await server.DecideAsync(Id(final), "approved", token)).IsProblem(403, "approval_forbidden");
        Assert.Equal("pending", await server.StatusAsync(Id(final)));
    }

    [Fact]
    public async Task Link_OpensNothingElse_AndOnlyAnAdministratorMakesOne()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync();
        var id = approval.GetProperty("id").GetString()!;
        var token = ApprovalServer.Bearer(await server.LinkAsync(id, "dora"));

        (await server.GetAsync("/api/approvals", token)).IsProblem(401, "unauthenticated");
        (await server.GetAsync($"/api/runs/{runId}", token)).IsProblem(401, "unauthenticated");
        (await server.PostAsync($"/api/approvals/{id}/links", """{"subject":"eve"}""", token)).IsProblem(401, "unauthenticated");
        (await server.PostAsync($"/api/approvals/{id}/links", """{"subject":"eve"}""", ApprovalServer.Ada)).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task Fault43_RequesterAndOtherGroups_MayNotDecide_ByKeyOrByLink()
    {
        await using var server = await ApprovalServer.StartAsync();
        var id = (await server.WaitAsync()).Approval.GetProperty("id").GetString()!;

        (await server.DecideAsync(id, "approved", ApprovalServer.Cleo)).IsProblem(403, "approval_forbidden");
        (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(await server.LinkAsync(id, "cleo")))).IsProblem(403, "approval_forbidden");
        (await server.DecideAsync(id, "approved", ApprovalServer.Key("zoe"))).IsProblem(403, "approval_forbidden");
        Assert.Equal(200, (await server.DecideAsync(id, "approved", ApprovalServer.Ben)).Status);
    }

    [Fact]
    public async Task Fault43_SamePersonTwice_IsForbidden_ByKeyAndByLink()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync("paired");
        var id = approval.GetProperty("id").GetString()!;

        var first = await server.DecideAsync(id, "approved", ApprovalServer.Ada);
        Assert.Equal((200, "pending", 1), (first.Status, first.Json.GetProperty("status").GetString(), first.Json.GetProperty("approvals").GetProperty("given").GetInt32()));
        (await server.DecideAsync(id, "approved", ApprovalServer.Ada)).IsProblem(403, "approval_forbidden");
        (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(await server.LinkAsync(id, "ada")))).IsProblem(403, "approval_forbidden");
        Assert.Equal("approved", (await server.DecideAsync(id, "approved", ApprovalServer.Ben)).Json.GetProperty("status").GetString());

        Assert.Equal("Completed", await server.EndAsync(runId));
        Assert.Equal(["ada", "ben"], (await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Root)).Json.GetProperty("votes").EnumerateArray()
            .Select(v => v.GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task Fault43_KeylessLoopback_RecordsTheLocalUser_AndShowsIt()
    {
        await using var server = await ApprovalServer.StartAsync(keyless: true);
        var id = (await server.WaitAsync("paired")).Approval.GetProperty("id").GetString()!;

        var first = await server.DecideAsync(id, "approved", ApprovalServer.Root);
        var second = await server.DecideAsync(id, "approved", ApprovalServer.Root);

        Assert.Equal("pending", first.Json.GetProperty("status").GetString());
        Assert.Equal(("approved", "local"), (second.Json.GetProperty("status").GetString(), second.Json.GetProperty("via").GetString()));
        Assert.StartsWith("local:", second.Json.GetProperty("subject").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("brief", "expired", "expired")]
    [InlineData("lenient", "approved", "completed")]
    public async Task Fault41_Late_IsGone_AndTheTimeOutMeansDenyUnlessThePolicySaysOtherwise(string pipeline, string status, string outcome)
    {
        await using var server = await ApprovalServer.StartAsync();
        var runId = await server.StartAsync(pipeline, "A letter.", ApprovalServer.Cleo);
        Assert.Equal("Completed", await server.EndAsync(runId));
        var approval = (await server.GetAsync($"/api/approvals?runId={runId}", ApprovalServer.Root)).Json.GetProperty("value")[0];
        var id = approval.GetProperty("id").GetString()!;
        var record = await server.Engine.Approvals.GetAsync(id, CancellationToken.None);
        var link = await new ApprovalLinks(server.Engine.Approvals).CreateAsync(record!, "dora", CancellationToken.None);

        (await server.DecideAsync(id, "rejected", ApprovalServer.Ada)).IsProblem(410, "approval_expired");
        (await server.DecideAsync(id, "approved", ApprovalServer.Ada)).IsProblem(410, "approval_expired");
        (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(link))).IsProblem(410, "approval_expired");
        (await server.PostAsync($"/api/approvals/{id}/links", """{"subject":"dora"}""", ApprovalServer.Root)).IsProblem(409, "approval_decided");

        Assert.Equal((status, false), (approval.GetProperty("status").GetString(), approval.TryGetProperty("decision", out _)));
        Assert.Equal(outcome, (await server.GetAsync($"/api/runs/{runId}", ApprovalServer.Root)).Json.GetProperty("outcome").GetString());
    }

    static string Id(JsonElement approval) => approval.GetProperty("id").GetString()!;

    /// <summary>A problem without what differs for every request.</summary>
    static string Untraced(Reply reply) => reply.Body.Replace(reply.Json.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal);
}
