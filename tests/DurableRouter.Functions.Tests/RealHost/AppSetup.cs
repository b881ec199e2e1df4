using DurableRouter.Functions.Tests.Azurite;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What outlives the app's processes: a storage account with a task hub in it, the configuration, the settings. Several hosts may run on one.</summary>
sealed class AppSetup : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("durable-router-app-").FullName;

    AppSetup(string storage)
    {
        Storage = storage;
        Settings = new()
        {
            ["AzureWebJobsStorage"] = storage,
            [Functions.Settings.Storage] = storage,
            [Functions.Settings.Config] = "config",
            [Functions.Settings.Keyless] = "true",
        };
    }

    public string Storage { get; }

    public string Hub { get; private set; } = "hub" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>As local.settings.json has them. <c>AzureFunctionsJobHost__...</c> overrides <c>host.json</c>.</summary>
    public Dictionary<string, string> Settings { get; }

    /// <summary>Where orchestration triggers are written down; null: nowhere.</summary>
    public string? Recordings { get; init; }

    /// <summary>A folder of this setup, for configuration and the like.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>In a storage account that no other test uses.</summary>
    /// <param name="hub">Null: one that nobody else has.</param>
    /// <param name="endpoint">Every model is behind it; null: the shipped configuration, whose models are simulated.</param>
    public static async Task<AppSetup> CreateAsync(Uri? endpoint = null, string? recordings = null, string? hub = null)
    {
        var setup = new AppSetup((await AzuriteServer.Shared).NextAccount()) { Recordings = recordings };
        setup.Hub = hub ?? setup.Hub;
        if (endpoint is not null)
        {
            setup.Settings[Functions.Settings.Config] = DurableRouter.Tests.Resilience.EndpointConfig.Write(setup.Folder("config"), endpoint);
        }

        return setup;
    }

    public Task<RunningApp> StartAsync() => RunningApp.StartAsync(this);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
