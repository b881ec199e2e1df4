using System.Text.Json;
using DurableRouter.Core;
using DurableRouter.Core.Budgets;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Models;
using DurableRouter.Core.Pipelines;
using DurableRouter.Core.Steps;
using DurableRouter.Engine;
using DurableRouter.Http.Pipelines;
using DurableRouter.Tests.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Tests.Systems;

/// <summary>The embedded host behind its HTTP interface, with the pipeline <c>work</c> of one step and models behind one endpoint, on a clock
/// of the test's choice.</summary>
sealed class ChainHost : ContractHost
{
    readonly WebApplication _app;
    readonly EmbeddedEngine _engine;
    readonly ChatClientFactory _clients;
    readonly string _folder;

    ChainHost(WebApplication app, EmbeddedEngine engine, ChatClientFactory clients, string folder) : base(new Uri(app.Urls.First()))
    {
        _app = app;
        _engine = engine;
        _clients = clients;
        _folder = folder;
    }

    /// <param name="models">The entries of models.yaml, one a line; their provider is <c>one</c>.</param>
    /// <param name="routing">routing.yaml.</param>
    /// <param name="checks">The step's.</param>
    /// <param name="pipelines">One pipeline of each name, of the family of the same name.</param>
    public static async Task<ChainHost> StartAsync(Uri endpoint, string models, string routing, string checks = "[schema]", TimeProvider? clock = null,
        int concurrency = 64, params string[] pipelines)
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-chain-").FullName;
        var config = Load(Path.Combine(folder, "config"), endpoint, models, routing, checks, pipelines.Length > 0 ? pipelines : ["work"]);
        clock ??= TimeProvider.System;
        var clients = new ChatClientFactory(_ => null, clock);
        var health = new ModelHealth(clock);
        DefinitionCache? definitions = null;
        var options = new EngineOptions { DataFolder = Path.Combine(folder, "data"), Durability = Durability.ProcessDeath, MaxConcurrentActivities = concurrency };
        var engine = new EmbeddedEngine(options, stores =>
        {
            definitions = new DefinitionCache(sha256 => stores.Content.GetAsync(sha256, default).AsTask().GetAwaiter().GetResult());
            return ([new RouterWorkflow(definitions)], RouterActivities.Create(definitions, clients, stores.Approvals,
                new LedgerDayBudget(account => stores.Ledger.CostAsync(account, CancellationToken.None)), health));
        }, clock);
        await engine.StartAsync();
        var app = await KestrelApp.StartAsync(null, services =>
        {
            services.AddSingleton(clock);
            services.AddSingleton(DefinitionRegistry.From(config));
            services.AddSingleton<IRunClient>(engine);
            services.AddSingleton(engine.Ledger);
            services.AddSingleton(engine.Approvals);
            services.AddSingleton(engine.Content);
            services.AddSingleton<IDefinitionSource>(definitions!);
            services.AddSingleton(health);
        });
        return new ChainHost(app, engine, clients, folder);
    }

    /// <summary>A model of the catalog. Prices are 1 and 4 US dollars per million tokens.</summary>
    public static string Model(string name, string tier = "fast", string more = "retries: { attempts: 1 }", string limits = "") =>
        $"  {name}: {{ provider: one, tier: {tier}, price: {{ input: 1, cachedInput: 1, output: 4, source: test }}, "
        + $"limits: {{ context: 1000000, output: 4000{limits} }}, capabilities: {{ structuredOutput: true, reasoning: 5 }}, {more} }}";

    /// <summary>A family, its one route and its fallback policy.</summary>
    public static string Family(string route, string fallback, string name = "work", string more = "") =>
        $"  {name}:\n    steps: {{ answer: {route} }}\n    fallback: {fallback}\n{more}";

    public static string Routing(params string[] families) => $"default: work\nfamilies:\n{string.Join('\n', families)}\n";

    public async Task<JsonElement> RunAsync(string id) => (await GetAsync($"/api/runs/{id}")).Json;

    public async Task<IReadOnlyList<JsonElement>> AttemptsAsync(string id) =>
        [.. (await GetAsync($"/api/runs/{id}/ledger")).Json.GetProperty("attempts").EnumerateArray()];

    /// <summary>What the instance knows of a model.</summary>
    public async Task<JsonElement> HealthAsync(string model) => (await GetAsync("/api/models")).Json.GetProperty("value").EnumerateArray()
        .Single(m => m.GetProperty("name").GetString() == model).GetProperty("health");

    /// <summary>Answers the one approval that a run waits for.</summary>
    public async Task<Reply> DecideAsync(string runId, string decision)
    {
        var asked = Assert.Single((await GetAsync($"/api/approvals?status=pending&runId={runId}")).Json.GetProperty("value").EnumerateArray());
        return await PostAsync($"/api/approvals/{asked.GetProperty("id").GetString()}/decision", decision);
    }

    /// <summary>Until the run ends or waits for a person.</summary>
    public async Task<JsonElement> RestAsync(string id)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var run = await RunAsync(id);
            var waiting = run.GetProperty("customStatus").TryGetProperty("waitingFor", out var w) && w.ValueKind == JsonValueKind.String ? w.GetString()! : "retry";
            if (run.GetProperty("runtimeStatus").GetString() is not ("Pending" or "Running") || !waiting.StartsWith("retry", StringComparison.Ordinal))
            {
                return run;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromMinutes(3), $"still {run}");
            await Task.Delay(20);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        CloseClient();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _engine.DisposeAsync();
        _clients.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Writes the configuration as a user would and loads it.</summary>
    public static RouterConfig Load(string folder, Uri endpoint, string models, string routing, string checks, IReadOnlyList<string> pipelines)
    {
        Directory.CreateDirectory(Path.Combine(folder, "pipelines"));
        File.WriteAllText(Path.Combine(folder, "models.yaml"),
            $"asOf: 2026-11-01\nproviders:\n  one: {{ kind: openai, endpoint: \"{endpoint}\" }}\nmodels:\n{models}\n");
        File.WriteAllText(Path.Combine(folder, "routing.yaml"), routing);
        foreach (var pipeline in pipelines)
        {
            File.WriteAllText(Path.Combine(folder, "pipelines", pipeline + ".yaml"), $$"""
                name: {{pipeline}}
                family: {{pipeline}}
                input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
                steps:
                  - id: answer
                    kind: generate
                    input: { text: input.text }
                    instructions: Say what the text is about.
                    output: { type: object, required: [answer, confidence], additionalProperties: false, properties: { answer: { type: string }, confidence: { type: number } } }
                    checks: {{checks}}
                    maxOutputTokens: 200
                    safeAnswer: { answer: "We will come back to you.", confidence: 0 }
                result: answer

                """);
        }

        var loaded = ConfigLoader.Load(folder);
        Assert.True(loaded.Config is not null, string.Join('\n', loaded.Problems));
        return loaded.Config;
    }
}
