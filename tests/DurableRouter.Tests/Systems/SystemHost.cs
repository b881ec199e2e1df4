using System.Net;
using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Models;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Workflow;
using DurableRouter.Engine;
using DurableRouter.Http.Access;
using DurableRouter.Http.Pipelines;
using DurableRouter.Simulation;
using DurableRouter.Tests.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Tests.Systems;

/// <summary>The embedded host on Kestrel with a configuration folder as a user writes it: every proof of a system goes through its HTTP interface.</summary>
sealed class SystemHost : ContractHost
{
    readonly WebApplication _app;
    readonly EmbeddedEngine _engine;
    readonly IDisposable[] _clients;
    readonly string _folder;

    SystemHost(WebApplication app, EmbeddedEngine engine, IDisposable[] clients, string folder) : base(new Uri(app.Urls.First()))
    {
        _app = app;
        _engine = engine;
        _clients = clients;
        _folder = folder;
    }

    /// <summary>The key that runs are started and looked at with; null on a host without keys.</summary>
    public string? Key { get; set; }

    (string, string)[] Credential => Key is null ? [] : [("x-functions-key", Key)];

    /// <param name="files">The configuration: <c>models.yaml</c>, <c>routing.yaml</c>, <c>pipelines/NAME.yaml</c>.</param>
    public static Task<SystemHost> StartAsync(params (string File, string Content)[] files) => StartAsync([], OutputChecks.None, files);

    /// <param name="secret">The key of every tool.</param>
    /// <param name="resolve">Names to addresses; null: the system's resolver.</param>
    public static Task<SystemHost> StartAsync(string secret, (string File, string Content)[] files, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) =>
        StartAsync([], OutputChecks.None, new GuardedHttpClient(resolve), secret, files);

    /// <param name="own">The program's own checks.</param>
    public static Task<SystemHost> StartAsync(IReadOnlyList<ApiKey> keys, OutputChecks own, params (string File, string Content)[] files) =>
        StartAsync(keys, own, new GuardedHttpClient(), "a key", files);

    static async Task<SystemHost> StartAsync(IReadOnlyList<ApiKey> keys, OutputChecks own, GuardedHttpClient http, string secret, (string File, string Content)[] files)
    {
        var loaded = Load(own, files);
        Assert.True(loaded.Config is not null, string.Join('\n', loaded.Problems));
        var folder = Directory.CreateTempSubdirectory("durable-router-system-").FullName;
        var clients = new ChatClientFactory(_ => "a key", TimeProvider.System, SimulatedModels.With(TimeProvider.System));
        DefinitionCache? definitions = null;
        var engine = new EmbeddedEngine(new EngineOptions { DataFolder = folder, Durability = Durability.ProcessDeath }, stores =>
        {
            definitions = new DefinitionCache(sha256 => stores.Content.GetAsync(sha256, default).AsTask().GetAwaiter().GetResult(), own);
            return ([new RouterWorkflow(definitions)], RouterActivities.Create(definitions, clients, stores.Approvals,
                LedgerDayBudget.Over(stores.Ledger, stores.CallsLeftOpen, definitions, TimeProvider.System), new ModelHealth(TimeProvider.System),
                tools: new ToolClient(http, _ => secret, TimeProvider.System)));
        });
        await engine.StartAsync();
        var app = await KestrelApp.StartAsync(options => keys.ToList().ForEach(options.Keys.Add), services =>
        {
            services.AddSingleton(DefinitionRegistry.From(loaded.Config!));
            services.AddSingleton<IRunClient>(engine);
            services.AddSingleton(engine.Ledger);
            services.AddSingleton(engine.Approvals);
            services.AddSingleton(engine.Content);
            services.AddSingleton<IDefinitionSource>(definitions!);
        });
        return new SystemHost(app, engine, [clients, http], folder);
    }

    /// <summary>What a start with these files alone would say.</summary>
    public static ConfigLoadResult Load(params (string File, string Content)[] files) => Load(OutputChecks.None, files);

    public static ConfigLoadResult Load(OutputChecks own, params (string File, string Content)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-config-");
        try
        {
            foreach (var (file, content) in files)
            {
                var path = Path.Combine(folder.FullName, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, content);
            }

            return ConfigLoader.Load(folder.FullName, own);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Starts a run and waits until it ends or waits for a person.</summary>
    /// <param name="options">JSON of the request's <c>options</c>.</param>
    public async Task<SystemRun> RunAsync(string pipeline, object input, string options = "{}")
    {
        var reply = await PostAsync($"/api/pipelines/{pipeline}/runs", $$"""{"input":{{JsonSerializer.Serialize(input)}},"options":{{options}}}""", [("Prefer", "wait=60"), .. Credential]);
        Assert.True(reply.Status is 200 or 202, reply.Body);
        var id = reply.Json.GetProperty("id").GetString()!;
        await RestAsync(id, Credential);
        return await LoadAsync(id);
    }

    /// <summary>Waits for the run's end, as a client with an open stream does.</summary>
    public async Task<SystemRun> EndAsync(string id)
    {
        await GetAsync($"/api/runs/{id}/events", [("Accept", "text/event-stream"), .. Credential]);
        return await LoadAsync(id);
    }

    public async Task<SystemRun> LoadAsync(string id) => new((await GetAsync($"/api/runs/{id}", Credential)).Json, (await GetAsync($"/api/runs/{id}/ledger", Credential)).Json,
        (await GetAsync($"/api/runs/{id}/explain", Credential)).Json, (await GetAsync($"/api/runs/{id}/events", Credential)).Json);

    public override async ValueTask DisposeAsync()
    {
        CloseClient();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _engine.DisposeAsync();
        Array.ForEach(_clients, c => c.Dispose());
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A run as the interface shows it.</summary>
sealed record SystemRun(JsonElement Run, JsonElement Ledger, JsonElement Explanation, JsonElement Events)
{
    public string Id => Run.GetProperty("id").GetString()!;

    public string Status => Run.GetProperty("runtimeStatus").GetString()!;

    public JsonElement Output => Run.GetProperty("output");

    public IReadOnlyList<JsonElement> Attempts(string? step = null) =>
        [.. Ledger.GetProperty("attempts").EnumerateArray().Where(a => step is null || a.GetProperty("step").GetString() == step)];

    /// <summary>The models that were asked, in order.</summary>
    public IReadOnlyList<string> Models(string? step = null) => [.. Attempts(step).Select(a => a.GetProperty("model").GetString()!)];

    /// <summary>The last decision of a step.</summary>
    public JsonElement Explained(string step) => Explanation.GetProperty("steps").EnumerateArray().Last(s => s.GetProperty("step").GetString() == step);

    public string Rule(string step) => Explained(step).GetProperty("rule").GetString()!;

    public IReadOnlyList<string> Candidates(string step) =>
        [.. Explained(step).GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("model").GetString()!)];

    /// <summary>Why a model was no candidate.</summary>
    public string Rejection(string step, string model) => Explained(step).GetProperty("rejected").EnumerateArray()
        .Single(r => r.GetProperty("model").GetString() == model).GetProperty("reason").GetString()!;
}
