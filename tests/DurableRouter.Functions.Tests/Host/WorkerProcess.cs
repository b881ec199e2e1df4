using System.Net;
using DurableRouter.Core.Configuration;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>The app's own services at work in this process, with what the Functions host and its worker library do around it: Kestrel behind forwarded headers,
/// the functions' declared routes, and a task hub that replays.</summary>
sealed class WorkerProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    readonly WebApplication _app;

    WorkerProcess(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.First());

    public ReplayingHub Hub => (ReplayingHub)Services.GetRequiredService<DurableTaskClient>();

    /// <param name="settings">As local.settings.json has them.</param>
    /// <param name="changes">Made to the app's services before they are built.</param>
    public static async Task<WorkerProcess> StartAsync(IEnumerable<KeyValuePair<string, string>> settings, TaskHubStore store,
        Action<IServiceCollection>? changes = null)
    {
        var process = new WorkerProcess(Build(settings, store, changes ?? (_ => { })));
        await process._app.Services.PrepareAsync(AppSettings.Read(process._app.Configuration)).WaitAsync(Patience);
        await process._app.StartAsync().WaitAsync(Patience);
        _ = process.Hub; // it takes up what an earlier process left
        return process;
    }

    public Task FireAsync(string timer) => TimerFunction.All.Single(t => t.Name == timer).FireAsync(Services);

    /// <summary>The task hub's part dies at once, as the process would; the rest of it can't do anything without.</summary>
    public void Kill()
    {
        Hub.Kill();
        Services.GetRequiredService<LeaseKeeper>().Dispose();
        Services.GetRequiredService<CallsInFlight>().Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _app.StopAsync().WaitAsync(Patience);
        await _app.DisposeAsync();
    }

    static WebApplication Build(IEnumerable<KeyValuePair<string, string>> settings, TaskHubStore store, Action<IServiceCollection> changes)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders();
        builder.Host.UseDefaultServiceProvider(services => services.ValidateOnBuild = services.ValidateScopes = true);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var own = AppSettings.Read(builder.Configuration);
        builder.Services.AddRouterApp(own, HostConfig.Load(own.ConfigFolder, AppServices.OwnChecks), builder.Configuration);

        // The pipeline of the AspNetCore extension: azure-functions-dotnet-worker, Worker.Extensions.Http.AspNetCore, FunctionsHostBuilderExtensions.cs.
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.All);
        builder.Services.AddSingleton<DurableTaskClient>(services => new ReplayingHub(store, Functions(services), services.GetRequiredService<TimeProvider>()));
        changes(builder.Services);
        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseRouting();
        foreach (var (place, function) in HttpFunction.InTheHostsOrder.Index())
        {
            var route = function.Trigger.Methods is { } methods
                ? app.MapMethods(function.Template(), methods, function.InvokeAsync)
                : app.Map(function.Template(), function.InvokeAsync);
            route.WithOrder(place);
        }

        return app;
    }

    static FunctionTable Functions(IServiceProvider services) => new FunctionTable()
        .AddClass(ActivatorUtilities.CreateInstance<RouterOrchestrator>(services))
        .AddClass(ActivatorUtilities.CreateInstance<RouterActivityFunctions>(services))
        .AddClass(ActivatorUtilities.CreateInstance<AdoptionFunctions>(services), services.GetRequiredService<DurableTaskClient>);
}
