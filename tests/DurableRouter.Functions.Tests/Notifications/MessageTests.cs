using System.Globalization;
using System.Text;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Notifications;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Host;
using DurableRouter.Tests;
using DurableRouter.Tests.Notifications;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions.Tests.Notifications;

/// <summary>Messages out of the Functions app and into it, as <c>webhooks.yaml</c> has them.</summary>
public sealed class MessageTests : IDisposable
{
    const string Variable = "DURABLEROUTER_TEST_SECRET";
    const string Secret = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ=";

    readonly DirectoryInfo _config = Directory.CreateTempSubdirectory("durable-router-functions-");

    public void Dispose() => _config.Delete(recursive: true);

    [Fact]
    public async Task SendMessages_ReceiverThatIsAway_IsToldOfTheApprovalLater()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = number => number == 1 ? 503 : 204;
        var clock = new VirtualClock();
        await using var host = await StartAsync(clock, $"""
            approvals:
              out:
                - name: chat
                  url: {receiver.Url}approvals
                  private: true
                  secretsEnv: [{Variable}]
            """);
        var (_, approval) = await host.HoldAsync();

        await host.Process.FireAsync("SendMessages");
        await host.Process.FireAsync("SendMessages");
        Assert.Single(receiver.Messages);
        clock.Advance(TimeSpan.FromSeconds(6));
        await host.Process.FireAsync("SendMessages");

        Assert.Equal(2, receiver.Messages.Count);
        Assert.Single(receiver.Messages.Select(m => m.Headers["webhook-id"]).Distinct());
        var message = Verified(receiver.Messages[1]);
        Assert.Equal("io.durablerouter.approval.requested", message.GetProperty("type").GetString());
        Assert.Equal($"https://router.example.com/approve/{approval}", message.GetProperty("data").GetProperty("url").GetString());
    }

    [Fact]
    public async Task SendMessages_RunThatEnded_CallsBackOnce()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(new VirtualClock(), Callbacks(receiver));
        var held = await HeldAsync(host, receiver);
        await host.Process.FireAsync("SendMessages");
        Assert.Empty(receiver.Messages);

        await host.PostAsync($"/api/runs/{held}/terminate", null);
        await host.Process.FireAsync("SendMessages");
        await host.Process.FireAsync("SendMessages");

        var message = Verified(Assert.Single(receiver.Messages));
        Assert.Equal("io.durablerouter.run.terminated", message.GetProperty("type").GetString());
        Assert.Equal(held, message.GetProperty("data").GetProperty("id").GetString());
    }

    [Fact]
    public async Task SendMessages_ManyDue_LeavesNone()
    {
        await using var host = await StartAsync(null, "publicUrl: https://router.example.com\n");
        var outbox = host.Process.Services.GetRequiredService<IOutbox>();
        await Task.WhenAll(Enumerable.Range(0, 150).Select(i => outbox.AddAsync(
            Delivery.Create(DeliveryKinds.ApprovalRequested, $"apr-{i}", "a receiver of yesterday", DeliveryState.Due, DateTimeOffset.UnixEpoch), CancellationToken.None)));

        await host.Process.FireAsync("SendMessages");

        Assert.Empty(await outbox.DueAsync(DateTimeOffset.MaxValue, 1, CancellationToken.None));
    }

    /// <summary>A process that died right after it had written the end is this run's state.</summary>
    [Fact]
    public async Task SettleRuns_EndThatNothingFollowed_CallsBackAfterAll()
    {
        await using var receiver = await Receiver.StartAsync();
        var clock = new VirtualClock();
        await using var host = await StartAsync(clock, Callbacks(receiver));
        var held = await HeldAsync(host, receiver);
        var end = new RunEnding(RuntimeStatus.Terminated, clock.GetUtcNow(), null, null);
        await host.Process.Services.GetRequiredService<IRunHistory>().WriteAsync(held,
            new RunWrite(new NewHistoryEntry(RunEntity.EndEntry, end.At, HistoryKinds.RunTerminated, null, 0, null)) { End = end }, CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(6));
        await host.Process.FireAsync("SendMessages");
        Assert.Empty(receiver.Messages);

        await host.Process.FireAsync("SettleRuns");
        await host.Process.FireAsync("SendMessages");

        Assert.Equal("io.durablerouter.run.terminated", Verified(Assert.Single(receiver.Messages)).GetProperty("type").GetString());
        Assert.Equal("run.terminated", (await host.GetAsync($"/api/runs/{held}/events?after=0")).Json.GetProperty("value").EnumerateArray().Last().GetProperty("type").GetString());
    }

    [Fact]
    public async Task SignedMessage_DecidesOnce()
    {
        await using var host = await StartAsync(null, $"approvals:\n  in:\n    - {{ name: chat, secretsEnv: [{Variable}] }}\n");
        var (runId, approval) = await host.HoldAsync();
        var digest = (await host.GetAsync($"/api/approvals/{approval}")).Json.GetProperty("digest").GetString();
        var body = $$"""{"approval":"{{approval}}","decision":"approved","digest":"{{digest}}","subject":"dora"}""";
        var now = DateTimeOffset.UtcNow;
        (string, string)[] signed =
        [
            ("webhook-id", "msg-1"), ("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("webhook-signature", WebhookSignature.Sign([WebhookSignature.ReadSecret(Secret)!], "msg-1", now, Encoding.UTF8.GetBytes(body))),
        ];

        Assert.Equal(204, (await host.PostAsync("/api/webhooks/approvals", body, signed)).Status);
        Assert.Equal(204, (await host.PostAsync("/api/webhooks/approvals", body, signed)).Status);
        (await host.PostAsync("/api/webhooks/approvals", body + " ", signed)).IsProblem(401, "webhook_unverified");

        Assert.Equal("Completed", (await host.EndAsync(runId)).GetProperty("runtimeStatus").GetString());
        Assert.Single((await host.GetAsync($"/api/approvals/{approval}")).Json.GetProperty("votes").EnumerateArray());
    }

    /// <param name="clock">Null: the system's, which signatures are compared with.</param>
    async Task<FunctionsHost> StartAsync(VirtualClock? clock, string webhooks)
    {
        foreach (var file in Directory.GetFiles(Repository.Config, "*.yaml", SearchOption.AllDirectories).Where(f => !f.Contains("examples", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(_config.FullName, Path.GetRelativePath(Repository.Config, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await File.WriteAllTextAsync(Path.Combine(_config.FullName, "webhooks.yaml"), webhooks);
        var installation = await Installation.CreateAsync(clock);
        installation.Settings[Settings.Config] = _config.FullName;
        installation.Settings[Settings.PublicUrl] = "https://router.example.com/";
        installation.Settings[Variable] = Secret;
        return await installation.StartAsync();
    }

    static string Callbacks(Receiver receiver) => $$"""
        callbacks:
          secretsEnv: [{{Variable}}]
          hosts: [{ host: 127.0.0.1, port: {{receiver.Url.Port}}, private: true }]
        """;

    /// <returns>A run that waits for an approval, and whose callback goes to the receiver.</returns>
    static async Task<string> HeldAsync(FunctionsHost host, Receiver receiver)
    {
        var start = $$"""{"input":{"text":"a"},"callbackUrl":"{{receiver.Url}}ended"}""";
        return (await host.PostAsync("/api/pipelines/held/runs", start, ("Prefer", "wait=60"))).Json.GetProperty("id").GetString()!;
    }

    /// <summary>The message, once its signature has been verified.</summary>
    static JsonElement Verified(Received message)
    {
        Assert.True(WebhookSignature.Verify([WebhookSignature.ReadSecret(Secret)!], message.Headers["webhook-id"], message.Headers["webhook-timestamp"],
            Encoding.UTF8.GetBytes(message.Body), message.Headers["webhook-signature"]));
        return JsonElement.Parse(message.Body);
    }
}
