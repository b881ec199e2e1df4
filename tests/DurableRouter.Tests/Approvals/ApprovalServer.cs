using System.Net;
using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Engine;
using DurableRouter.Http.Access;
using DurableRouter.Local;
using DurableRouter.Local.Serving;
using DurableRouter.Tests.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableRouter.Tests.Approvals;

/// <summary>The real server in this process, on a configuration folder of its own with simulated models, four keys and pipelines that wait for
/// persons: <c>held</c> for one, <c>paired</c> for two, <c>steps</c> after each of two steps, <c>brief</c> and <c>lenient</c> for a moment.</summary>
sealed class ApprovalServer : ContractHost
{
    public const string SecretVariable = "DURABLEROUTER_TEST_WEBHOOK_SECRET";
    public const string OldSecretVariable = "DURABLEROUTER_TEST_WEBHOOK_SECRET_OLD";
    public const string Secret = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ=";
    public const string OldSecret = "whsec_b2xkLXNlY3JldC1vbGQtc2VjcmV0LW9sZC1zZWNyZXQ=";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly DirectoryInfo _folder;
    readonly HostComposition _host;
    readonly RouterServer _server;

    static ApprovalServer()
    {
        Environment.SetEnvironmentVariable(SecretVariable, Secret);
        Environment.SetEnvironmentVariable(OldSecretVariable, OldSecret);
    }

    ApprovalServer(DirectoryInfo folder, HostComposition host, RouterServer server) : base(new Uri(server.Url))
    {
        _folder = folder;
        _host = host;
        _server = server;
    }

    public static (string, string) Ada => Key("ada");
    public static (string, string) Ben => Key("ben");
    public static (string, string) Cleo => Key("cleo");
    public static (string, string) Root => Key("root");

    public EmbeddedEngine Engine => _host.Engine;

    public string Data => Path.Combine(_folder.FullName, "data");

    public ApprovalDecisions Decisions => new(_host.Engine.Approvals, _host.Cache, _host.Engine.Content, _host.Clock);

    public static (string, string) Key(string name) => ("x-functions-key", name + "-key");

    public static (string, string) Bearer(string token) => ("Authorization", "Bearer " + token);

    /// <param name="webhooks">The text of webhooks.yaml; null: no file.</param>
    /// <param name="keyless">Nobody has a key, and only this machine may call.</param>
    public static async Task<ApprovalServer> StartAsync(string? webhooks = null, bool keyless = false)
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-approvals-");
        var host = HostComposition.Create(WriteConfig(folder.FullName, webhooks), new EngineOptions
        {
            DataFolder = Path.Combine(folder.FullName, "data"),
            Durability = Durability.ProcessDeath,
        });
        var server = await RouterServer.StartAsync(host, [new Binding(IPAddress.Loopback, 0, Tls: false)], keyless ? [] : Keys(), null,
            NullLoggerProvider.Instance, LogLevel.None, CancellationToken.None);
        return new ApprovalServer(folder, host, server);
    }

    /// <returns>The configuration's folder.</returns>
    public static string WriteConfig(string folder, string? webhooks)
    {
        var config = Path.Combine(folder, "config");
        Directory.CreateDirectory(Path.Combine(config, "pipelines"));
        File.WriteAllText(Path.Combine(config, "models.yaml"), """
            asOf: 2026-11-01
            providers: { sim: { kind: simulated } }
            models:
              sim-one:
                provider: sim
                tier: fast
                price: { input: 1, cachedInput: 1, output: 4, source: "invented for tests" }
                limits: { context: 100000, output: 8000 }
                capabilities: { structuredOutput: true, reasoning: 3, toolReliability: 3, latency: low }
                simulate: { skill: 5, latency: 0, seed: 1 }
            """);
        File.WriteAllText(Path.Combine(config, "routing.yaml"), """
            default: letters
            families:
              letters:
                steps: { generate: { tier: fast } }
                fallback: { direction: up, last: fail }
            """);
        Pipeline("held", "group: reviewers, timeout: 24h");
        Pipeline("paired", "group: reviewers, timeout: 24h, approvals: 2");
        Pipeline("brief", "group: reviewers, timeout: 500ms");
        Pipeline("lenient", "group: reviewers, timeout: 500ms, onTimeout: approve");
        Pipeline("steps", "group: reviewers, timeout: 24h", """
              - id: final
                kind: generate
                needs: [draft]
                input: { title: draft.title }
                instructions: Write the letter.
                output: { type: object, required: [title], properties: { title: { type: string } }, additionalProperties: false }
                approval: { group: reviewers, timeout: 24h }
            """);
        if (webhooks is not null)
        {
            File.WriteAllText(Path.Combine(config, "webhooks.yaml"), webhooks);
        }

        return config;

        void Pipeline(string name, string approval, string more = "") => File.WriteAllText(Path.Combine(config, "pipelines", name + ".yaml"), $$"""
            name: {{name}}
            family: letters
            input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
            steps:
              - id: draft
                kind: generate
                input: { text: input.text }
                instructions: Answer the letter politely.
                output: { type: object, required: [title], properties: { title: { type: string } }, additionalProperties: false }
                approval: { {{approval}} }
            {{more}}
            result: draft
            """);
    }

    /// <summary>Starts a run that waits for a decision, as cleo.</summary>
    public async Task<(string RunId, JsonElement Approval)> WaitAsync(string pipeline = "held", string text = "A letter.", string by = "cleo")
    {
        var runId = await StartAsync(pipeline, text, ("Prefer", "wait=30"), Key(by));
        return (runId, await AskedAsync(runId));
    }

    /// <summary>The approval that a run waits for, as soon as it does.</summary>
    public async Task<JsonElement> AskedAsync(string runId)
    {
        for (var start = TimeProvider.System.GetTimestamp(); ; await Task.Delay(20))
        {
            var list = (await GetAsync($"/api/approvals?status=pending&runId={runId}", Root)).Json.GetProperty("value");
            if (list.GetArrayLength() > 0)
            {
                return Assert.Single(list.EnumerateArray().ToList());
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"{runId} asks nobody");
        }
    }

    /// <summary>The token of a one-time link.</summary>
    public async Task<string> LinkAsync(string approvalId, string subject)
    {
        var reply = await PostAsync($"/api/approvals/{approvalId}/links", $$"""{"subject":"{{subject}}"}""", Root);
        Assert.True(reply.Status == 200, reply.Body);
        var url = new Uri(reply.Json.GetProperty("url").GetString()!);
        Assert.Equal($"/approve/{approvalId}", url.AbsolutePath);
        return url.Fragment[1..];
    }

    public Task<Reply> DecideAsync(string approvalId, string decision, (string, string) credential, string? digest = null) =>
        PostAsync($"/api/approvals/{approvalId}/decision", digest is null ? $$"""{"decision":"{{decision}}"}"""
            : $$"""{"decision":"{{decision}}","digest":"{{digest}}"}""", credential);

    /// <summary>Waits for the run's end.</summary>
    /// <returns>Its runtime status.</returns>
    public async Task<string> EndAsync(string runId)
    {
        for (var start = TimeProvider.System.GetTimestamp(); ; await Task.Delay(20))
        {
            var run = (await Engine.GetAsync(runId, CancellationToken.None))!;
            if (run.Status.IsTerminal())
            {
                return run.Status.ToString();
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"{runId} doesn't end: {run.Progress?.WaitingFor}");
        }
    }

    public async Task<string> StatusAsync(string approvalId) =>
        (await GetAsync($"/api/approvals/{approvalId}", Root)).Json.GetProperty("status").GetString()!;

    public override async ValueTask DisposeAsync()
    {
        CloseClient();
        await _server.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    static List<ApiKey> Keys() =>
    [
        new("ada", ApiKey.HashOf("ada-key"), ApiRole.Approver), new("ben", ApiKey.HashOf("ben-key"), ApiRole.Approver) { Groups = ["reviewers"] },
        new("cleo", ApiKey.HashOf("cleo-key"), ApiRole.Runner | ApiRole.Approver),
        new("zoe", ApiKey.HashOf("zoe-key"), ApiRole.Approver) { Groups = ["others"] }, new("root", ApiKey.HashOf("root-key"), ApiRole.Admin),
    ];
}
