using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Storage;
using DurableRouter.Http;
using DurableRouter.Http.Pipelines;
using DurableRouter.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>The Functions app under the contract suite: its composition, over tables and a container of its own in Azurite.</summary>
sealed class FunctionsHost : ContractHost
{
    FunctionsHost(WorkerProcess process) : base(process.Address) => Process = process;

    public WorkerProcess Process { get; }

    public static async Task<FunctionsHost> StartAsync(Action<RouterApiOptions>? configure = null)
    {
        var connection = (await AzuriteServer.Shared).Connection;
        var layout = TestStorage.Open(connection, "t" + Guid.NewGuid().ToString("N")[..12]);
        return await StartAsync(connection, layout, new TaskHubStore(), configure);
    }

    /// <param name="layout">With the same and the same store it is another process of the same app.</param>
    public static async Task<FunctionsHost> StartAsync(string connection, StorageLayout layout, TaskHubStore store, Action<RouterApiOptions>? configure = null,
        Action<IServiceCollection>? changes = null) =>
        new(await WorkerProcess.StartAsync([new(Settings.Storage, connection)], store, services =>
        {
            services.AddSingleton(layout).AddSingleton(new DefinitionRegistry(ContractPipelines.All));
            configure?.Invoke((RouterApiOptions)services.Single(s => s.ServiceType == typeof(RouterApiOptions)).ImplementationInstance!);
            changes?.Invoke(services);
        }));

    public override async ValueTask DisposeAsync()
    {
        CloseClient();
        await Process.DisposeAsync();
    }
}
