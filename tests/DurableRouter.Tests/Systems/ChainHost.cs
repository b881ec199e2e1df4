using DurableRouter.Core.Activities;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Models;
using DurableRouter.Core.Workflow;
using DurableRouter.Engine;
using DurableRouter.Http.Pipelines;
using DurableRouter.Simulation;
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
    readonly Setup _setup;
    bool _stopped;

    ChainHost(WebApplication app, EmbeddedEngine engine, ChatClientFactory clients, Setup setup) : base(new Uri(app.Urls.First()))
    {
        _app = app;
        _engine = engine;
        _clients = clients;
        _setup = setup;
    }

    /// <summary>What the engine found of calls without a result when it started.</summary>
    public required IReadOnlyList<CallLeftOpen> CallsLeftOpen { get; init; }

    /// <param name="models">The entries of models.yaml, one a line; their provider is <c>one</c>.</param>
    /// <param name="routing">routing.yaml.</param>
    /// <param name="checks">The step's.</param>
    /// <param name="pipelines">One pipeline of each name, of the family of the same name.</param>
    public static Task<ChainHost> StartAsync(Uri endpoint, string models, string routing, string checks = "[schema]", TimeProvider? clock = null,
        int concurrency = 64, params string[] pipelines) =>
        StartAsync(folder => Load(folder, endpoint, models, routing, checks, pipelines.Length > 0 ? pipelines : ["work"]), clock, concurrency);

    /// <param name="load">Writes the configuration into a folder and loads it.</param>
    public static Task<ChainHost> StartAsync(Func<string, RouterConfig> load, TimeProvider? clock = null, int concurrency = 64)
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-chain-").FullName;
        return StartAsync(new Setup(folder, load(Path.Combine(folder, "config")), clock ?? TimeProvider.System, concurrency));
    }

    static async Task<ChainHost> StartAsync(Setup setup)
    {
        var clients = new ChatClientFactory(_ => null, setup.Clock, SimulatedModels.With(setup.Clock));
        var health = new ModelHealth(setup.Clock);
        DefinitionCache? definitions = null;
        Func<IReadOnlyList<CallLeftOpen>>? callsLeftOpen = null;
        var options = new EngineOptions
        {
            DataFolder = Path.Combine(setup.Folder, "data"), Durability = Durability.ProcessDeath, MaxConcurrentActivities = setup.Concurrency,
        };
        var engine = new EmbeddedEngine(options, stores =>
        {
            callsLeftOpen = stores.CallsLeftOpen;
            definitions = new DefinitionCache(sha256 => stores.Content.GetAsync(sha256, default).AsTask().GetAwaiter().GetResult());
            return ([new RouterWorkflow(definitions)], RouterActivities.Create(definitions, clients, stores.Approvals,
                LedgerDayBudget.Over(stores.Ledger, stores.CallsLeftOpen, definitions, setup.Clock), health));
        }, setup.Clock);
        await engine.StartAsync();
        var app = await KestrelApp.StartAsync(null, services =>
        {
            services.AddSingleton(setup.Clock);
            services.AddSingleton(DefinitionRegistry.From(setup.Config));
            services.AddSingleton<IRunClient>(engine);
            services.AddSingleton(engine.Ledger);
            services.AddSingleton(engine.Approvals);
            services.AddSingleton(engine.Content);
            services.AddSingleton<IDefinitionSource>(definitions!);
            services.AddSingleton(health);
        });
        return new ChainHost(app, engine, clients, setup) { CallsLeftOpen = callsLeftOpen!() };
    }

    /// <summary>Another host on the same folder, after this one has stopped in order.</summary>
    public async Task<ChainHost> RestartAsync()
    {
        await StopAsync(_engine.DisposeAsync);
        return await StartAsync(_setup);
    }

    /// <summary>The same after a death: what is not committed is lost, and calls that are out have no result.</summary>
    public async Task<ChainHost> DieAndRestartAsync()
    {
        await StopAsync(() => new ValueTask(_engine.AbandonAsync()));
        return await StartAsync(_setup);
    }

    /// <summary>A model of the catalog. Prices are 1 and 4 US dollars per million tokens.</summary>
    public static string Model(string name, string tier = "fast", string more = "retries: { attempts: 1 }", string limits = "") =>
        $"  {name}: {{ provider: one, tier: {tier}, price: {{ input: 1, cachedInput: 1, output: 4, source: test }}, "
        + $"limits: {{ context: 1000000, output: 4000{limits} }}, capabilities: {{ structuredOutput: true, reasoning: 5 }}, {more} }}";

    /// <summary>A family, its one route and its fallback policy.</summary>
    public static string Family(string route, string fallback, string name = "work", string more = "") =>
        $"  {name}:\n    steps: {{ answer: {route} }}\n    fallback: {fallback}\n{more}";

    public static string Routing(params string[] families) => $"default: work\nfamilies:\n{string.Join('\n', families)}\n";

    public override async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync(_engine.DisposeAsync);
            Directory.Delete(_setup.Folder, recursive: true);
        }
    }

    async Task StopAsync(Func<ValueTask> stopEngine)
    {
        _stopped = true;
        CloseClient();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await stopEngine();
        _clients.Dispose();
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

    sealed record Setup(string Folder, RouterConfig Config, TimeProvider Clock, int Concurrency);
}
