using System.Net;
using DurableRouter.Http;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Tests.Http;

/// <summary>The interface on Kestrel, on a random loopback port, with the contract's pipelines.</summary>
static class KestrelApp
{
    public static async Task<WebApplication> StartAsync(Action<RouterApiOptions>? configure, Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureDurableRouterLimits();
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.AddSingleton(new DefinitionRegistry(ContractPipelines.All));
        builder.Services.AddDurableRouterHttp(configure);
        services(builder.Services);
        var app = builder.Build();
        app.MapDurableRouter();
        await app.StartAsync();
        return app;
    }
}
