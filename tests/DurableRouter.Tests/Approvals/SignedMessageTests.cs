using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Notifications;
using DurableRouter.Tests.Http;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Approvals;

/// <summary>Decisions by signed messages, signed with the published Standard Webhooks library.</summary>
public class SignedMessageTests
{
    const string Config = """
        approvals:
          in:
            - name: chat
              secretsEnv: [DURABLEROUTER_TEST_WEBHOOK_SECRET, DURABLEROUTER_TEST_WEBHOOK_SECRET_OLD]
        """;

    [Theory]
    [InlineData(ApprovalServer.Secret)]
    [InlineData(ApprovalServer.OldSecret)]
    public async Task SignedByTheLibrary_DecidesOnce_AndItsRepetitionIsAnswered(string secret)
    {
        await using var server = await ApprovalServer.StartAsync(Config);
        var (runId, approval) = await server.WaitAsync();
        var body = Body(approval, "approved", "dora");

        Assert.Equal(204, (await SendAsync(server, body, "msg-1", secret)).Status);
        Assert.Equal(204, (await SendAsync(server, body, "msg-1", secret)).Status);
        Assert.Equal(204, (await SendAsync(server, Body(approval, "rejected", "emil"), "msg-1", secret)).Status);
        (await SendAsync(server, Body(approval, "rejected", "emil"), "msg-2", secret)).IsProblem(409, "approval_decided");

        var record = (await server.GetAsync($"/api/approvals/{approval.GetProperty("id").GetString()}", ApprovalServer.Root)).Json;
        var vote = Assert.Single(record.GetProperty("votes").EnumerateArray().ToList());
        Assert.Equal(("approved", "dora", "webhook:chat"), (vote.GetProperty("decision").GetString(), vote.GetProperty("subject").GetString(),
            vote.GetProperty("via").GetString()));
        Assert.Equal("Completed", await server.EndAsync(runId));
    }

    /// <summary>Sources count their messages as they like: one's number must not swallow the other's decision.</summary>
    [Fact]
    public async Task SameIdFromAnotherSource_IsAnotherMessage()
    {
        await using var server = await ApprovalServer.StartAsync("""
            approvals:
              in:
                - { name: chat, secretsEnv: [DURABLEROUTER_TEST_WEBHOOK_SECRET] }
                - { name: mail, secretsEnv: [DURABLEROUTER_TEST_WEBHOOK_SECRET_OLD] }
            """);
        var (first, second) = ((await server.WaitAsync()).Approval, (await server.WaitAsync()).Approval);

        Assert.Equal(204, (await SendAsync(server, Body(first, "approved", "dora"), "1")).Status);
        Assert.Equal(204, (await SendAsync(server, Body(second, "rejected", "dora"), "1", ApprovalServer.OldSecret)).Status);

        Assert.Equal(["approved", "rejected"], [await server.StatusAsync(Id(first)), await server.StatusAsync(Id(second))]);

        static string Id(JsonElement approval) => approval.GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task UnsignedOldOrWrongMessages_AreRefused_AndDecideNothing()
    {
        await using var server = await ApprovalServer.StartAsync(Config);
        var (_, approval) = await server.WaitAsync();
        var body = Body(approval, "approved", "dora");
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        (await SendAsync(server, body, "a", "whsec_d3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmchdw==")).IsProblem(401, "webhook_unverified");
        (await SendAsync(server, body, "b", at: now - 301)).IsProblem(401, "webhook_unverified");
        (await SendAsync(server, body, "c", at: now + 310)).IsProblem(401, "webhook_unverified");
        (await SendAsync(server, body, "d", sent: body.Replace("dora", "emil", StringComparison.Ordinal))).IsProblem(401, "webhook_unverified");
        (await server.PostAsync("/api/webhooks/approvals", body)).IsProblem(400, "request_invalid");
        (await SendAsync(server, "{}", "e")).IsProblem(400, "request_invalid");
        (await SendAsync(server, "{", "f")).IsProblem(400, "json_invalid");
        (await SendAsync(server, body.Replace("apr-", "apr-0", StringComparison.Ordinal), "g")).IsProblem(404, "approval_not_found");
        (await SendAsync(server, body.Replace(approval.GetProperty("digest").GetString()!, new string('0', 64), StringComparison.Ordinal), "h"))
            .IsProblem(403, "approval_forbidden");
        (await SendAsync(server, Body(approval, "approved", "Cleo"), "i")).IsProblem(403, "approval_forbidden");
        (await SendAsync(server, Body(approval, "approved", "cleo "), "j")).IsProblem(400, "request_invalid");

        Assert.Equal("pending", await server.StatusAsync(approval.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task SourceForOtherGroups_MayNotDecide_AndWithoutSourcesNothingVerifies()
    {
        await using var server = await ApprovalServer.StartAsync(Config + "\n      groups: [others]\n");
        var (_, approval) = await server.WaitAsync();
        (await SendAsync(server, Body(approval, "approved", "dora"), "a")).IsProblem(403, "approval_forbidden");

        await using var without = await ApprovalServer.StartAsync();
        (await SendAsync(without, Body(approval, "approved", "dora"), "a")).IsProblem(401, "webhook_unverified");
    }

    /// <summary>The example of docs/approvals.md, word for word.</summary>
    [Fact]
    public async Task ExampleOfTheManual_IsWhatTheLibraryAndTheProductSign()
    {
        const string secret = "whsec_ZXhhbXBsZS1zZWNyZXQtZXhhbXBsZS1zZWNyZXQhIQ==";
        const string body = """{"approval":"apr-00000000000000000000000000000001","decision":"approved","digest":"0000000000000000000000000000000000000000000000000000000000000000","subject":"dora"}""";
        const long at = 1795270000;
        var expected = await SignAsync(secret, "msg-example", at, body);

        Assert.Equal(expected, WebhookSignature.Sign([WebhookSignature.ReadSecret(secret)!], "msg-example", DateTimeOffset.FromUnixTimeSeconds(at),
            System.Text.Encoding.UTF8.GetBytes(body)));
        var manual = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "approvals.md"));
        Assert.All([secret, body, at.ToString(CultureInfo.InvariantCulture), expected], text => Assert.Contains(text, manual, StringComparison.Ordinal));
    }

    static string Body(JsonElement approval, string decision, string subject) => $$"""
        {"approval":"{{approval.GetProperty("id").GetString()}}","decision":"{{decision}}","digest":"{{approval.GetProperty("digest").GetString()}}","subject":"{{subject}}"}
        """;

    /// <param name="sent">What goes out instead of the signed body.</param>
    static async Task<Reply> SendAsync(ApprovalServer server, string body, string id, string secret = ApprovalServer.Secret, long? at = null, string? sent = null)
    {
        var timestamp = at ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return await server.PostAsync("/api/webhooks/approvals", sent ?? body, ("webhook-id", id),
            ("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture)), ("webhook-signature", await SignAsync(secret, id, timestamp, body)));
    }

    static async Task<string> SignAsync(string secret, string id, long timestamp, string body)
    {
        var answers = await NodeTools.RunAsync("webhooks.mjs", [JsonSerializer.Serialize(new { secret, id, timestamp, body })]);
        return JsonElement.Parse(Assert.Single(answers)).GetProperty("signature").GetString()!;
    }
}
