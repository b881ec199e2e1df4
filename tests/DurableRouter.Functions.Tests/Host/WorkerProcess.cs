using System.Net;
using System.Reflection;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>The app's own Program.cs at work, with what the Functions host and its worker library do around it: Kestrel behind forwarded headers,
/// the functions' declared routes, and a task hub that replays.</summary>
sealed class WorkerProcess : IAsyncDisposable
{
    static readonly AsyncLocal<WorkerProcess?> Starting = new();
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly TaskHubStore _store;
    readonly Action<IServiceCollection> _changes;
    readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    WebApplication? _app;
    Task? _program;

    WorkerProcess(TaskHubStore store, Action<IServiceCollection> changes)
    {
        _store = store;
        _changes = changes;
    }

    public IServiceProvider Services => _app!.Services;

    public Uri Address => new(_app!.Urls.First());

    public ReplayingHub Hub => (ReplayingHub)Services.GetRequiredService<DurableTaskClient>();

    /// <param name="settings">As local.settings.json has them.</param>
    /// <param name="changes">Made to the app's services before they are built.</param>
    public static async Task<WorkerProcess> StartAsync(IEnumerable<KeyValuePair<string, string>> settings, TaskHubStore store,
        Action<IServiceCollection>? changes = null)
    {
        var process = new WorkerProcess(store, changes ?? (_ => { }));
        var main = typeof(AppServices).Assembly.GetType("Program")!.GetMethod("<Main>$", BindingFlags.Static | BindingFlags.NonPublic)!;
        Starting.Value = process;
        process._program = (Task)main.Invoke(null, [settings.Select(s => $"--{s.Key}={s.Value}").ToArray()])!;
        Starting.Value = null;
        await await Task.WhenAny(process._started.Task, process._program).WaitAsync(Patience);
        return process;
    }

    public static IHost Build(WebApplicationBuilder builder) =>
        (Starting.Value ?? throw new InvalidOperationException("Nobody starts a process here.")).BuildApp(builder);

    public Task FireAsync(string timer) => TimerFunction.All.Single(t => t.Name == timer).FireAsync(Services);

    /// <summary>The task hub's part dies at once, as the process would; the rest of it can't do anything without.</summary>
    public void Kill() => Hub.Kill();

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _app!.StopAsync().WaitAsync(Patience);
        await _program!.WaitAsync(Patience);
    }

    IHost BuildApp(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Host.UseDefaultServiceProvider(services => services.ValidateOnBuild = services.ValidateScopes = true);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));

        // The pipeline of the AspNetCore extension: azure-functions-dotnet-worker, Worker.Extensions.Http.AspNetCore, FunctionsHostBuilderExtensions.cs.
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.All);
        builder.Services.AddSingleton<DurableTaskClient>(services => new ReplayingHub(_store, Functions(services), services.GetRequiredService<TimeProvider>()));
        _changes(builder.Services);
        _app = builder.Build();
        _app.UseForwardedHeaders();
        _app.UseRouting();
        foreach (var (place, function) in HttpFunction.InTheHostsOrder.Index())
        {
            var route = function.Trigger.Methods is { } methods
                ? _app.MapMethods(function.Template(), methods, function.InvokeAsync)
                : _app.Map(function.Template(), function.InvokeAsync);
            route.WithOrder(place);
        }

        _app.Lifetime.ApplicationStarted.Register(() =>
        {
            try
            {
                _ = Hub; // it takes up what an earlier process left
                _started.SetResult();
            }
            catch (Exception e)
            {
                _started.SetException(e); // a lifetime only logs what is thrown here
            }
        });
        return _app;
    }

    static FunctionTable Functions(IServiceProvider services) => new FunctionTable()
        .AddClass(ActivatorUtilities.CreateInstance<RouterOrchestrator>(services))
        .AddClass(ActivatorUtilities.CreateInstance<RouterActivityFunctions>(services));
}
