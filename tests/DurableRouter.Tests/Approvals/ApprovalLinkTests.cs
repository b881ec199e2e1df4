namespace DurableRouter.Tests.Approvals;

/// <summary>FAULTS 38 to 44 through the interface: keys, groups, one-time links.</summary>
public class ApprovalLinkTests
{
    [Fact]
    public async Task Link_DecidesOnce_ItsRepetitionGivesTheReceipt_TheOppositeIsRefused()
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
    public async Task ForgedLink_IsAnsweredAsAnUnknownApproval_AndCountsAgainstItsAddress()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (_, approval) = await server.WaitAsync();
        var id = approval.GetProperty("id").GetString()!;
        var genuine = await server.LinkAsync(id, "dora");
        const string unknown = "apr-00000000000000000000000000000000";
        string[] forged = [genuine[..^4] + (genuine[^4] == 'A' ? 'B' : 'A') + genuine[^3..], genuine[..^8], "apt_", "apt_!!", "apt_" + new string('A', 2000),
            "apt_" + new string('A', 160)];

        var expected = await server.GetAsync($"/api/approvals/{unknown}", ApprovalServer.Root);
        foreach (var token in forged)
        {
            var reply = (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(token))).IsProblem(404, "approval_not_found");
            Assert.Equal(expected.Json.GetProperty("detail").GetString(), reply.Json.GetProperty("detail").GetString()!.Replace(id, unknown, StringComparison.Ordinal));
        }

        for (var i = 0; i < 30; i++)
        {
            await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Bearer(forged[0]));
        }

        var limited = (await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Bearer(forged[0]))).IsProblem(429, "too_many_attempts");
        Assert.NotNull(limited.Headers.RetryAfter);
        Assert.Equal("pending", await server.StatusAsync(id));
        Assert.Equal(200, (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(genuine))).Status);
    }

    [Fact]
    public async Task LinkOfAnotherRun_OrDigestOfOtherFacts_IsRefused()
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
    public async Task RequesterAndOtherGroups_MayNotDecide_ByKeyOrByLink()
    {
        await using var server = await ApprovalServer.StartAsync();
        var id = (await server.WaitAsync()).Approval.GetProperty("id").GetString()!;

        (await server.DecideAsync(id, "approved", ApprovalServer.Cleo)).IsProblem(403, "approval_forbidden");
        (await server.DecideAsync(id, "approved", ApprovalServer.Bearer(await server.LinkAsync(id, "cleo")))).IsProblem(403, "approval_forbidden");
        (await server.DecideAsync(id, "approved", ApprovalServer.Key("zoe"))).IsProblem(403, "approval_forbidden");
        Assert.Equal(200, (await server.DecideAsync(id, "approved", ApprovalServer.Ben)).Status);
    }

    [Fact]
    public async Task TwoApprovers_SamePersonTwiceIsRefused_ByKeyAndByLink()
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
    public async Task Keyless_LocalUserDecidesTheirOwnRun_AndIsShown()
    {
        await using var server = await ApprovalServer.StartAsync(keyless: true);
        var id = (await server.WaitAsync("paired")).Approval.GetProperty("id").GetString()!;

        var first = await server.DecideAsync(id, "approved", ApprovalServer.Root);
        var second = await server.DecideAsync(id, "approved", ApprovalServer.Root);

        Assert.Equal("pending", first.Json.GetProperty("status").GetString());
        Assert.Equal(("approved", "local"), (second.Json.GetProperty("status").GetString(), second.Json.GetProperty("via").GetString()));
        Assert.StartsWith("local:", second.Json.GetProperty("subject").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LateLink_IsGone()
    {
        await using var server = await ApprovalServer.StartAsync();
        var runId = await server.StartAsync("brief", "A letter.", ("Prefer", "wait=1"), ApprovalServer.Cleo);
        await server.Engine.WaitForHistoryAsync(runId, 0, TimeSpan.FromSeconds(1), CancellationToken.None);
        var id = (await server.GetAsync($"/api/approvals?runId={runId}", ApprovalServer.Root)).Json.GetProperty("value")[0].GetProperty("id").GetString()!;
        for (var sequence = 0L; await server.StatusAsync(id) == "pending"; sequence++)
        {
            await server.Engine.WaitForHistoryAsync(runId, sequence, TimeSpan.FromSeconds(5), CancellationToken.None);
        }

        (await server.DecideAsync(id, "approved", ApprovalServer.Ada)).IsProblem(410, "approval_expired");
        (await server.PostAsync($"/api/approvals/{id}/links", """{"subject":"dora"}""", ApprovalServer.Root)).IsProblem(409, "approval_decided");
    }

    [Fact]
    public async Task Page_IsInert_TheSameForAll_AndStrict()
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
}
