using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Storage;
using DurableRouter.Http;
using DurableRouter.Http.Pipelines;
using DurableRouter.Tests.Http;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>What outlives the app's processes: tables and a container of its own in Azurite, a task hub, and time.</summary>
sealed class Installation
{
    readonly TaskHubStore _hub = new();
    readonly StorageLayout _layout;

    Installation(string connection)
    {
        _layout = TestStorage.Open(connection, "t" + Guid.NewGuid().ToString("N")[..12]);
        Settings[Functions.Settings.Storage] = connection;
        Settings[Functions.Settings.Keyless] = "true";
    }

    /// <summary>As local.settings.json has them.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Null: the system's.</summary>
    public VirtualClock? Clock { get; init; }

    public ILoggerProvider? Logs { get; init; }

    public AppStores Stores => AppStores.On(_layout);

    public static async Task<Installation> CreateAsync(VirtualClock? clock = null, ILoggerProvider? logs = null) =>
        new((await AzuriteServer.Shared).Connection) { Clock = clock, Logs = logs };

    /// <summary>A process of the app, with the pipelines of the contract in place of the shipped ones.</summary>
    public Task<FunctionsHost> StartAsync(Action<RouterApiOptions>? configure = null) => OpenAsync(services =>
    {
        services.AddSingleton(new DefinitionRegistry(ContractPipelines.All));
        configure?.Invoke((RouterApiOptions)services.Single(s => s.ServiceType == typeof(RouterApiOptions)).ImplementationInstance!);
    });

    /// <summary>A process of the app, with the shipped configuration.</summary>
    public Task<FunctionsHost> StartShippedAsync() => OpenAsync(_ => { });

    async Task<FunctionsHost> OpenAsync(Action<IServiceCollection> change) => new(await WorkerProcess.StartAsync(Settings, _hub, services =>
    {
        services.AddSingleton(_layout);
        if (Logs is not null)
        {
            services.AddSingleton(Logs);
        }

        if (Clock is not null)
        {
            services.AddSingleton<TimeProvider>(Clock);
        }

        change(services);
    }));
}
