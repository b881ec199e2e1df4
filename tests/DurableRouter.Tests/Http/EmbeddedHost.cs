using DurableRouter.Core.Activities;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Models;
using DurableRouter.Core.Workflow;
using DurableRouter.Engine;
using DurableRouter.Http;
using DurableRouter.Simulation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Tests.Http;

/// <summary>Kestrel over the embedded engine in a folder of its own, with the router's workflow and simulated models.</summary>
sealed class EmbeddedHost : ContractHost
{
    readonly WebApplication _app;
    readonly EmbeddedEngine _engine;
    readonly ChatClientFactory _clients;
    readonly string _folder;

    EmbeddedHost(WebApplication app, EmbeddedEngine engine, ChatClientFactory clients, string folder) : base(new Uri(app.Urls.First()))
    {
        _app = app;
        _engine = engine;
        _clients = clients;
        _folder = folder;
    }

    public static async Task<EmbeddedHost> StartAsync(Action<RouterApiOptions>? configure)
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-http-").FullName;
        var clients = new ChatClientFactory(_ => null, TimeProvider.System, SimulatedModels.With(TimeProvider.System));
        DefinitionCache? definitions = null;
        var engine = new EmbeddedEngine(new EngineOptions { DataFolder = folder, Durability = Durability.ProcessDeath }, stores =>
        {
            definitions = new DefinitionCache(sha256 => stores.Content.GetAsync(sha256, default).AsTask().GetAwaiter().GetResult());
            return ([new RouterWorkflow(definitions)], RouterActivities.Create(definitions, clients, stores.Approvals,
                LedgerDayBudget.Over(stores.Ledger, stores.CallsLeftOpen, definitions, TimeProvider.System), new ModelHealth(TimeProvider.System)));
        });
        await engine.StartAsync();
        var app = await KestrelApp.StartAsync(configure, services =>
        {
            services.AddSingleton<IRunClient>(engine);
            services.AddSingleton(engine.Ledger);
            services.AddSingleton(engine.Approvals);
            services.AddSingleton(engine.Content);
            services.AddSingleton<IDefinitionSource>(definitions!);
        });
        return new EmbeddedHost(app, engine, clients, folder);
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
}
