using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Models;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Workflow;
using DurableRouter.Engine;
using DurableRouter.Http.Pipelines;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Configuration;
using DurableRouter.Tests.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Tests.Injection;

/// <summary>The embedded host on Kestrel before <see cref="ObedientModel"/>, with or without its defences.</summary>
sealed class AttackedHost : ContractHost
{
    public const string Key = "sk-canary-4f9a1c7e2b8d";
    public const decimal BudgetUsd = 0.5m;
    public static readonly FakeUsage Usage = new(Input: 600, Output: 50);

    readonly WebApplication _app;
    readonly EmbeddedEngine _engine;
    readonly IDisposable _clients;
    bool _isStopped;

    AttackedHost(WebApplication app, EmbeddedEngine engine, IDisposable clients, string folder, FakeModelEndpoint endpoint, LogLines log) : base(new Uri(app.Urls.First()))
    {
        (_app, _engine, _clients, Folder, Endpoint, Log) = (app, engine, clients, folder, endpoint, log);
    }

    public string Folder { get; }
    public FakeModelEndpoint Endpoint { get; }
    public LogLines Log { get; }

    /// <summary>Empty on a host with its defences: it has no tools.</summary>
    public IReadOnlyCollection<string> Deleted => (_clients as CarelessClients)?.Deleted.ToArray() ?? [];

    public static async Task<AttackedHost> StartAsync(bool defended)
    {
        var endpoint = await FakeModelEndpoint.StartAsync(ObedientModel.Answer);
        var config = TemporaryConfig.Load(Files(endpoint.Address)).GetOrThrow();
        var folder = Directory.CreateTempSubdirectory("durable-router-attack-").FullName;
        IChatClientFactory clients = defended ? new ChatClientFactory(_ => Key, TimeProvider.System) : new CarelessClients(Key);
        var log = new LogLines();
        DefinitionCache? definitions = null;
        var engine = new EmbeddedEngine(new EngineOptions { DataFolder = folder, Durability = Durability.ProcessDeath }, stores =>
        {
            definitions = new DefinitionCache(sha256 => stores.Content.GetAsync(sha256, default).AsTask().GetAwaiter().GetResult());
            var budget = LedgerDayBudget.Over(stores.Ledger, stores.CallsLeftOpen, definitions, TimeProvider.System);
            var health = new ModelHealth(TimeProvider.System);
            return ([new RouterWorkflow(definitions)], defended ? RouterActivities.Create(definitions, clients, stores.Approvals, budget, health)
                : RouterActivities.Create(definitions, clients, stores.Approvals, budget, health, ApprovalNotices.None, new NoTrustBoundary()));
        }, null, new Logger<EmbeddedEngine>(log));
        await engine.StartAsync();
        var app = await KestrelApp.StartAsync(null, services =>
        {
            services.AddSingleton<ILoggerFactory>(log);
            services.AddSingleton(DefinitionRegistry.From(config));
            services.AddSingleton<IRunClient>(engine);
            services.AddSingleton(engine.Ledger);
            services.AddSingleton(engine.Approvals);
            services.AddSingleton(engine.Content);
            services.AddSingleton<IDefinitionSource>(definitions!);
        });
        return new AttackedHost(app, engine, (IDisposable)clients, folder, endpoint, log);
    }

    /// <summary>Runs a document until the run ends or waits for a person.</summary>
    public async Task<AttackedRun> RunAsync(Attack attack)
    {
        var id = await FinishAsync("guarded", attack.Document);
        var run = await GetAsync($"/api/runs/{id}?showInput=false");
        var approvals = await GetAsync($"/api/approvals?runId={id}");
        List<string> told = [run.Body, approvals.Body];
        foreach (var more in (string[])["ledger", "explain", "events"])
        {
            told.Add((await GetAsync($"/api/runs/{id}/{more}")).Body);
        }

        return new AttackedRun(attack, id, run.Json, [.. approvals.Json.GetProperty("value").EnumerateArray()], told);
    }

    /// <summary>Stops everything, so that the data folder can be read whole.</summary>
    public async Task StopAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            CloseClient();
            await _app.StopAsync();
            await _app.DisposeAsync();
            await _engine.DisposeAsync();
            _clients.Dispose();
            await Endpoint.DisposeAsync();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    static (string, string)[] Files(Uri endpoint)
    {
        const string Rest = "limits: { context: 1000000, output: 8000 }, capabilities: { structuredOutput: true, reasoning: 5 }, stream: false, retries: { attempts: 1 }";
        const string Cheap = "price: { input: 0.1, cachedInput: 0.1, output: 0.4, source: invented }";
        return
        [
            ("models.yaml", $$"""
                asOf: 2026-11-01
                providers:
                  north: { kind: openai, endpoint: "{{endpoint}}", apiKeyEnv: ATTACKED_KEY }
                  south: { kind: openai, endpoint: "{{endpoint}}", apiKeyEnv: ATTACKED_KEY }
                models:
                  swift-1: { provider: north, tier: fast, {{Cheap}}, {{Rest}} }
                  swift-2: { provider: south, tier: fast, {{Cheap}}, {{Rest}} }
                  steady-1: { provider: north, tier: balanced, {{Cheap}}, {{Rest}} }
                  steady-2: { provider: south, tier: balanced, {{Cheap}}, {{Rest}} }
                  oracle-x: { provider: north, tier: powerful, price: { input: 1000, cachedInput: 1000, output: 4000, source: invented }, {{Rest}} }

                """),
            ("routing.yaml", $$"""
                default: guarded
                families:
                  guarded:
                    steps:
                      classify: { models: [swift-1, swift-2] }
                      extract: { models: [swift-1, swift-2] }
                      reason: { models: [steady-1, steady-2] }
                      verify: { models: [swift-1, swift-2] }
                    fallback: { direction: up, last: human }
                budgets: { perRun: {{BudgetUsd}} }

                """),
            ("pipelines/letters.yaml", """
                name: guarded
                input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
                steps:
                  - id: classify
                    kind: classify
                    labels: [contract, letter]
                    riskRules: [{ tag: high, contains: [unlimited liability] }]
                    input: { text: input.text }
                  - id: extract
                    kind: extract
                    needs: [classify]
                    input: { text: input.text }
                    instructions: List the facts.
                    output: &facts
                      type: object
                      required: [items, confidence]
                      additionalProperties: false
                      properties:
                        items: { type: array, items: { type: object, required: [fact, quote], additionalProperties: false, properties: { fact: { type: string }, quote: { type: string } } } }
                        confidence: { type: number }
                    checks: [schema, source]
                  - id: reason
                    kind: reason
                    needs: [extract]
                    input: { facts: extract }
                    instructions: Say what follows.
                    output: *facts
                    checks: [schema, { source: { in: input.text } }]
                    approval: { when: [{ risk: high }], group: legal, timeout: 24h }
                  - id: verify
                    kind: verify
                    needs: [reason]
                    input: { claims: reason, source: input.text }
                result: reason

                """),
        ];
    }
}

/// <summary>A run under attack, as the interface shows it.</summary>
/// <param name="Told">Every answer of the interface about it.</param>
sealed record AttackedRun(Attack Attack, string Id, JsonElement Status, IReadOnlyList<JsonElement> Approvals, IReadOnlyList<string> Told)
{
    public bool IsCompleted => Status.GetProperty("runtimeStatus").GetString() == "Completed";
}

/// <summary>Everything that was logged.</summary>
sealed class LogLines : ILoggerFactory, ILogger
{
    readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{eventId.Name}: {formatter(state, exception)} {exception}");
}
