using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Notifications;
using DurableRouter.Tests.Approvals;
using DurableRouter.Tests.Resilience;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Notifications;

/// <summary>Messages of the real server, as a receiver with the published Standard Webhooks library sees them.</summary>
public class DeliveryTests
{
    [Fact]
    public async Task RequestedApproval_TellsItsReceiver_WithALinkForEachApprover()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ApprovalServer.StartAsync($$"""
            publicUrl: https://router.example.com
            approvals:
              out:
                - name: chat
                  url: {{receiver.Url}}hook
                  private: true
                  secretsEnv: [DURABLEROUTER_TEST_WEBHOOK_SECRET, DURABLEROUTER_TEST_WEBHOOK_SECRET_OLD]
                  groups: [reviewers]
                  approvers: [cleo, dora]
                - { name: others, url: "{{receiver.Url}}others", private: true, secretsEnv: [DURABLEROUTER_TEST_WEBHOOK_SECRET], groups: [others] }
            """);

        var (runId, approval) = await server.WaitAsync(text: "TOP-SECRET");
        var message = await receiver.NextAsync();

        Assert.Equal("/hook", message.Path);
        await AssertSignedAsync(message, ApprovalServer.Secret);
        await AssertSignedAsync(message, ApprovalServer.OldSecret);
        var told = JsonElement.Parse(message.Body);
        Assert.Equal(("1.0", "io.durablerouter.approval.requested", message.Headers["webhook-id"]), (told.GetProperty("specversion").GetString(),
            told.GetProperty("type").GetString(), told.GetProperty("id").GetString()));
        Assert.Equal((runId, approval.GetProperty("digest").GetString()), (told.GetProperty("data").GetProperty("runId").GetString(),
            told.GetProperty("data").GetProperty("digest").GetString()));
        Assert.DoesNotContain("TOP-SECRET", message.Body, StringComparison.Ordinal);

        // cleo started the run: no link for her.
        var link = Assert.Single(told.GetProperty("data").GetProperty("links").EnumerateArray().ToList());
        Assert.Equal("dora", link.GetProperty("subject").GetString());
        var url = new Uri(link.GetProperty("url").GetString()!);
        Assert.Equal("router.example.com", url.Host);
        var decided = await server.DecideAsync(approval.GetProperty("id").GetString()!, "approved", ApprovalServer.Bearer(url.Fragment[1..]));
        Assert.Equal("dora", decided.Json.GetProperty("subject").GetString());
    }

    [Fact]
    public async Task Callback_IsTriedAgainUnderTheSameId_AndTheRunDoesNotWaitForIt()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = n => n == 1 ? 500 : 204;
        await using var server = await ApprovalServer.StartAsync(Callbacks(receiver));
        var (runId, approval) = await StartAsync(server, $"{receiver.Url}done?x=1");

        await server.DecideAsync(approval, "rejected", ApprovalServer.Ada);
        Assert.Equal("Completed", await server.EndAsync(runId));
        var first = await receiver.NextAsync();
        var second = await receiver.NextAsync();

        Assert.Equal("/done", second.Path);
        Assert.Equal(first.Headers["webhook-id"], second.Headers["webhook-id"]);
        await AssertSignedAsync(second, ApprovalServer.Secret);
        var told = JsonElement.Parse(second.Body);
        Assert.Equal(("io.durablerouter.run.completed", runId, "rejected"), (told.GetProperty("type").GetString(),
            told.GetProperty("subject").GetString(), told.GetProperty("data").GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task TerminatedRun_IsToldToo()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ApprovalServer.StartAsync(Callbacks(receiver));
        var (runId, _) = await StartAsync(server, receiver.Url.AbsoluteUri);

        await server.PostAsync($"/api/runs/{runId}/terminate", null, ApprovalServer.Root);

        Assert.Equal("io.durablerouter.run.terminated", JsonElement.Parse((await receiver.NextAsync()).Body).GetProperty("type").GetString());
    }

    [Fact]
    public async Task HostKilledWhileItSends_TheNextOneSendsAgain()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = n => n == 1 ? 0 : 204;
        var folder = Directory.CreateTempSubdirectory("durable-router-delivery-");
        await using (await ApprovalServer.StartAsync())
        {
            // Its static constructor sets the variables that the process below inherits.
        }

        var config = ApprovalServer.WriteConfig(folder.FullName, Callbacks(receiver));
        var data = Path.Combine(folder.FullName, "data");
        Received first;
        await using (var serve = await ServeProcess.StartAsync(config, data))
        {
            using var http = new HttpClient { BaseAddress = serve.Url };
            using var start = await http.PostAsync("/api/pipelines/brief/runs", Http.ContractHost.Json(
                $$"""{"input":{"text":"A letter."},"callbackUrl":"{{receiver.Url}}"}"""));
            Assert.Equal(202, (int)start.StatusCode);
            first = await receiver.NextAsync();
            await serve.KillAsync();
        }

        await using (await ServeProcess.StartAsync(config, data))
        {
            var second = await receiver.NextAsync();
            Assert.Equal(first.Headers["webhook-id"], second.Headers["webhook-id"]);
        }

        folder.Delete(recursive: true);
    }

    /// <summary>One message that this host can't make is no reason to keep the others back; one that tells nothing any more is no reason to alarm.</summary>
    [Fact]
    public async Task MessageThatFailsInThisHost_OrTellsNothingAnyMore_KeepsNoOtherBack()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ApprovalServer.StartAsync();
        var (broken, open, decided) = (await IdAsync(server), await IdAsync(server), await IdAsync(server));
        await server.DecideAsync(decided, "approved", ApprovalServer.Ada);
        foreach (var id in (string[])[broken, open, decided])
        {
            await server.Engine.Outbox.AddAsync(Delivery.Create(DeliveryKinds.ApprovalRequested, id, "chat", DeliveryState.Due, DateTimeOffset.UnixEpoch), default);
        }

        var secrets = new SecretNames([ApprovalServer.SecretVariable], "here");
        var config = new WebhookConfig(null, [], [new WebhookReceiver("chat", receiver.Url, secrets, [], [], Private: true)], null);
        var reports = new List<string>();
        using var http = new GuardedHttpClient();
        var first = 0;
        var worker = new DeliveryWorker(server.Engine.Outbox, server.Engine.Approvals, server.Engine, config,
            new WebhookSecrets(config, Environment.GetEnvironmentVariable), http,
            () => Interlocked.Exchange(ref first, 1) == 0 ? throw new InvalidOperationException("a bug") : "http://router", TimeProvider.System,
            d => reports.Add($"{d.State}: {d.Error}"));

        Assert.Equal(3, await worker.SweepAsync(CancellationToken.None));

        Assert.Equal("io.durablerouter.approval.requested", JsonElement.Parse((await receiver.NextAsync()).Body).GetProperty("type").GetString());
        Assert.Single(receiver.Messages);
        Assert.Equal(["Due: InvalidOperationException in this host"], reports);
        Assert.Empty(await server.Engine.Outbox.DueAsync(DateTimeOffset.UtcNow, 10, CancellationToken.None));

        static async Task<string> IdAsync(ApprovalServer server) => (await server.WaitAsync()).Approval.GetProperty("id").GetString()!;
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("https://evil.example.com/")]
    [InlineData("https://user:secret@127.0.0.1/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("/relative")]
    public async Task CallbackToAnotherHost_IsRefused_AndNothingStarts(string url)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ApprovalServer.StartAsync(Callbacks(receiver));

        var refused = await server.PostAsync("/api/pipelines/held/runs", $$"""{"input":{"text":"a"},"callbackUrl":"{{url}}"}""", ApprovalServer.Cleo);

        Assert.Equal(["/callbackUrl"], refused.IsProblem(400, "request_invalid").Pointers.Distinct());
        Assert.Empty((await server.GetAsync("/api/runs", ApprovalServer.Root)).Json.GetProperty("value").EnumerateArray());
    }

    static string Callbacks(Receiver receiver) => $$"""
        callbacks:
          secretsEnv: [DURABLEROUTER_TEST_WEBHOOK_SECRET]
          hosts: [{ host: 127.0.0.1, port: {{receiver.Url.Port}}, private: true }]
        """;

    static async Task<(string RunId, string ApprovalId)> StartAsync(ApprovalServer server, string callback)
    {
        var started = await server.PostAsync("/api/pipelines/held/runs", $$"""{"input":{"text":"a"},"callbackUrl":"{{callback}}"}""", ApprovalServer.Cleo,
            ("Prefer", "wait=30"));
        Assert.True(started.Status is 200 or 202, started.Body);
        var runId = started.Json.GetProperty("id").GetString()!;
        return (runId, (await server.AskedAsync(runId)).GetProperty("id").GetString()!);
    }

    static async Task AssertSignedAsync(Received message, string secret)
    {
        var verdict = Assert.Single(await NodeTools.RunAsync("webhooks.mjs", [JsonSerializer.Serialize(new
        {
            secret, id = message.Headers[WebhookSignature.IdHeader], timestamp = long.Parse(message.Headers[WebhookSignature.TimestampHeader]),
            body = message.Body, signature = message.Headers[WebhookSignature.SignatureHeader],
        })]));
        Assert.True(JsonElement.Parse(verdict).GetProperty("valid").GetBoolean(), verdict);
    }
}
