using DurableRouter.Core.Approvals;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;
using DurableRouter.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Tests.Http;

/// <summary>Kestrel over the in-memory engine.</summary>
sealed class MemoryHost : ContractHost
{
    readonly WebApplication _app;

    MemoryHost(WebApplication app, MemoryEngine engine) : base(new Uri(app.Urls.First()))
    {
        _app = app;
        Engine = engine;
    }

    public MemoryEngine Engine { get; }

    public static async Task<MemoryHost> StartAsync(Action<RouterApiOptions>? configure = null, Action<IServiceCollection>? more = null)
    {
        var engine = new MemoryEngine();
        var app = await KestrelApp.StartAsync(configure, services =>
        {
            services.AddSingleton<IRunClient>(engine);
            services.AddSingleton<ILedger>(engine);
            services.AddSingleton<IApprovalStore>(engine.Approvals);
            services.AddSingleton<IContentStore>(engine.Content);
            services.AddSingleton<IDefinitionSource>(new DefinitionCache(engine.Content.Find));
            more?.Invoke(services);
        });
        return new MemoryHost(app, engine);
    }

    public override async ValueTask DisposeAsync()
    {
        CloseClient();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
