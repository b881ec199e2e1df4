using System.Text;
using DurableRouter.Http.Access;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Http;
using DurableRouter.Tests.Notifications;
using DurableRouter.Tests.Resilience;
using DurableRouter.Tests.Systems;

namespace DurableRouter.Tests.Injection;

/// <summary>The real program with a canary for every secret that it has to do with, before endpoints that give theirs away. Whatever it says, sends, logs
/// or stores afterwards holds none of them.</summary>
public sealed class SecretSinkTests
{
    const string ModelKey = "sk-canary-model-7f3a91c2d4";
    const string WebhookKey = "canary-webhook-5b1e77a0c9d2";
    const string AdminKey = "canary-admin-91ab3c";
    const string WrongKey = "canary-wrong-00ff12";
    const string CallbackToken = "canary-callback-4d2e";
    static readonly string WebhookSecret = "whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes(WebhookKey));

    static readonly Dictionary<string, string> Environment = new()
    {
        ["CANARY_MODEL_KEY"] = ModelKey,
        ["CANARY_WEBHOOK_SECRET"] = WebhookSecret,
        [ApiKeys.Variable] = $"root:admin:{ApiKey.HashOf(AdminKey)}",
    };

    [Fact]
    public async Task NoSecret_IsInAnAnswerAPromptAMessageALogLineOrAFile()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(Answer);
        await using var receiver = await Receiver.StartAsync();
        var folder = Directory.CreateTempSubdirectory("durable-router-secrets-");
        var (config, data) = (Configure(folder.FullName, endpoint.Address, receiver.Url), Path.Combine(folder.FullName, "data"));
        List<string> told = [];
        string link, output;
        await using (var serve = await ServeProcess.StartAsync(config, data, environment: Environment, arguments: ["--log-level", "Trace"]))
        {
            await using var client = new Client(serve.Url);
            (link, told) = await UseEverythingAsync(client, receiver);
            Assert.Equal(0, await serve.StopAsync());
            output = serve.Output;
        }

        // In use they were, and some came back from outside.
        Assert.All(endpoint.Calls, c => Assert.Equal($"Bearer {ModelKey}", c.Headers["Authorization"]));
        Assert.Equal(["leaky", "echoing", "moving", "sane"], endpoint.Calls.Select(c => c.Model));
        Assert.Contains(told, t => t.Contains("[redacted]", StringComparison.Ordinal));
        Assert.Contains("trce: Microsoft.AspNetCore", output, StringComparison.Ordinal);

        AssertNone("an answer of the interface", told, link);
        AssertNone("a prompt", endpoint.Calls.Select(c => c.Request.GetRawText()), link);
        AssertNone("a message", receiver.Messages.Select(m => m.Body + string.Join('\n', m.Headers)));
        AssertNone("the program's output", [output], link);
        Assert.DoesNotContain(CallbackToken, output, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(data, "*", SearchOption.AllDirectories))
        {
            AssertNone(file, [Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file))], link);
        }

        folder.Delete(recursive: true);
    }

    /// <returns>The token of a one-time link, and every other answer of the interface.</returns>
    static async Task<(string Link, List<string> Told)> UseEverythingAsync(Client client, Receiver receiver)
    {
        (string, string) root = ("x-functions-key", AdminKey);
        var start = await client.PostAsync("/api/pipelines/work/runs",
            $$"""{"input":{"text":"A letter."},"callbackUrl":"{{receiver.Url}}done?token={{CallbackToken}}"}""", root, ("Prefer", "wait=60"));
        Assert.True(start.Status is 200 or 202, start.Body);
        var run = start.Json.GetProperty("id").GetString()!;
        await client.RestAsync(run, root);
        var approval = (await client.GetAsync($"/api/approvals?runId={run}", root)).Json.GetProperty("value")[0].GetProperty("id").GetString()!;
        await receiver.NextAsync();
        var linked = await client.PostAsync($"/api/approvals/{approval}/links", """{"subject":"dora"}""", root);
        var link = new Uri(linked.Json.GetProperty("url").GetString()!).Fragment[1..];
        List<Reply> told =
        [
            start,
            await client.GetAsync("/api/runs", ("x-functions-key", WrongKey)),
            await client.GetAsync($"/api/runs?code={WrongKey}", ("Authorization", $"Bearer {WrongKey}")),
            await client.GetAsync("/api/runs/nobody", root),
            await client.PostAsync("/api/pipelines/work/runs", $"{{\"input\":{{\"text\":\"a\"}},\"x-functions-key\":\"{AdminKey}", root),
            await client.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"approved"}""", ("Authorization", $"Bearer {WrongKey}")),
            await client.PostAsync("/api/webhooks/approvals", "{}", ("webhook-signature", $"v1,{WebhookSecret}")),
            await client.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"approved"}""", ("Authorization", $"Bearer {link}")),
            await client.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"rejected"}""", ("Authorization", $"Bearer {link}")),
        ];
        await receiver.NextAsync();

        // Whatever can be asked for, by the interface's own description of itself.
        foreach (var path in (await client.GetAsync("/api/openapi.json")).Json.GetProperty("paths").EnumerateObject().Where(p => p.Value.TryGetProperty("get", out _)))
        {
            told.Add(await client.GetAsync(path.Name.Replace("{name}", "work", StringComparison.Ordinal)
                .Replace("{id}", path.Name.Contains("approv", StringComparison.Ordinal) ? approval : run, StringComparison.Ordinal), root));
        }

        Assert.Contains(told, t => t.Body.Contains("\"runtimeStatus\":\"Completed\"", StringComparison.Ordinal));
        return (link, [.. told.Select(t => $"{t.Headers}{t.Body}")]);
    }

    static FakeReply Answer(FakeCall call) => call.Model switch
    {
        "leaky" => FakeReply.Error(401, $"Incorrect API key provided: {call.Headers["Authorization"]}."),
        "echoing" => FakeReply.Answer(call, $$"""{"answer":"I was asked with {{call.Headers["Authorization"]}}."}"""),
        "moving" => new FakeReply { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = $"http://127.0.0.1:9/?key={ModelKey}" } },
        _ => SystemFiles.Answer(call),
    };

    static void AssertNone(string place, IEnumerable<string> texts, string? link = null)
    {
        foreach (var text in texts)
        {
            Assert.All((string?[])[ModelKey, WebhookKey, WebhookSecret, AdminKey, WrongKey, link], secret =>
                Assert.False(secret is not null && text.Contains(secret, StringComparison.Ordinal), $"{secret} is in {place}"));
        }
    }

    static string Configure(string folder, Uri endpoint, Uri receiver)
    {
        const string Rest = "price: { input: 1, cachedInput: 1, output: 4, source: invented }, limits: { context: 100000, output: 8000 }, "
            + "capabilities: { structuredOutput: true }, stream: false, retries: { attempts: 1 }";
        (string, string)[] files =
        [
            ("models.yaml", $$"""
                asOf: 2026-11-01
                providers: { north: { kind: openai, endpoint: "{{endpoint}}", apiKeyEnv: CANARY_MODEL_KEY } }
                models:
                  leaky: { provider: north, tier: fast, {{Rest}} }
                  echoing: { provider: north, tier: fast, {{Rest}} }
                  moving: { provider: north, tier: fast, {{Rest}} }
                  sane: { provider: north, tier: fast, {{Rest}} }

                """),
            SystemFiles.Routing("{ models: [leaky, echoing, moving, sane] }"),
            ("pipelines/work.yaml", SystemFiles.Work().Item2.Replace("    maxOutputTokens", "    approval: { group: reviewers, timeout: 24h }\n    maxOutputTokens", StringComparison.Ordinal)),
            ("webhooks.yaml", $$"""
                approvals:
                  out: [{ name: chat, url: "{{receiver}}hook", private: true, secretsEnv: [CANARY_WEBHOOK_SECRET], groups: [reviewers] }]
                callbacks: { secretsEnv: [CANARY_WEBHOOK_SECRET], hosts: [{ host: 127.0.0.1, port: {{receiver.Port}}, private: true }] }

                """),
        ];
        var config = Path.Combine(folder, "config");
        foreach (var (file, content) in files)
        {
            var path = Path.Combine(config, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }

        return config;
    }

    sealed class Client(Uri address) : ContractHost(address)
    {
        public override ValueTask DisposeAsync()
        {
            CloseClient();
            return ValueTask.CompletedTask;
        }
    }
}
