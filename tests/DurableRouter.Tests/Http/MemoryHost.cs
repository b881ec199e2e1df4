using System.Net;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Pipelines;
using DurableRouter.Http;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Tests.Http;

/// <summary>Kestrel on a random loopback port over the in-memory engine.</summary>
sealed class MemoryHost : ContractHost
{
    readonly WebApplication _app;

    MemoryHost(WebApplication app, MemoryEngine engine) : base(new Uri(app.Urls.First()))
    {
        _app = app;
        Engine = engine;
    }

    public MemoryEngine Engine { get; }

    public static async Task<MemoryHost> StartAsync(Action<RouterApiOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var engine = new MemoryEngine();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureDurableRouterLimits();
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.AddSingleton<IRunClient>(engine);
        builder.Services.AddSingleton<ILedger>(engine);
        builder.Services.AddSingleton<IApprovalStore>(engine.Approvals);
        builder.Services.AddSingleton<IContentStore>(engine.Content);
        builder.Services.AddSingleton<IDefinitionSource>(new DefinitionCache(engine.Content.Find));
        builder.Services.AddSingleton(new DefinitionRegistry(ContractPipelines.All));
        builder.Services.AddDurableRouterHttp(configure);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapDurableRouter();
        await app.StartAsync();
        return new MemoryHost(app, engine);
    }

    public override async ValueTask DisposeAsync()
    {
        CloseClient();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
