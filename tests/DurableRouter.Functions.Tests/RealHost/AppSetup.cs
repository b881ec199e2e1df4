using System.Globalization;
using DurableRouter.Functions.Tests.Azurite;
using DurableRouter.Tests.Resilience;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What outlives the app's processes: a storage account with a task hub in it, the configuration, the settings. Several hosts
/// may run on one.</summary>
sealed class AppSetup : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("durable-router-app-").FullName;
    bool _hasHook;

    AppSetup(string storage)
    {
        Storage = storage;
        Settings = new()
        {
            ["AzureWebJobsStorage"] = storage,
            [Functions.Settings.Storage] = storage,
            [Functions.Settings.Config] = "config",
            [Functions.Settings.Keyless] = "true",

            // Failures only: what callers poll would fill the log that a failed test shows.
            ["AzureFunctionsJobHost__logging__logLevel__Function"] = "Warning",
            ["AzureFunctionsJobHost__logging__logLevel__Host.Triggers.DurableTask"] = "Warning",
        };
    }

    public string Storage { get; }

    public string Hub { get; private set; } = "hub" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>As local.settings.json has them. <c>AzureFunctionsJobHost__...</c> overrides <c>host.json</c>.</summary>
    public Dictionary<string, string> Settings { get; }

    /// <summary>Where orchestration triggers are written down; null: nowhere.</summary>
    public string? Recordings { get; init; }

    /// <summary>Requests of host and worker to storage are counted and held up so long; null: they go straight to it.</summary>
    public TimeSpan? StorageDelay { get; init; }

    /// <summary>Each activity is delivered twice.</summary>
    public bool DeliversTwice { get; init; }

    /// <summary>A fault that setups made from here on plant into their app; null: none.</summary>
    public static AsyncLocal<string?> Fault { get; } = new();

    /// <summary>A folder of this setup, for configuration and the like.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <param name="hub">Null: one that nobody else has.</param>
    /// <param name="storage">A connection string; null: that of an account that no other test uses.</param>
    /// <param name="endpoint">Every model is behind it; null: the shipped configuration, whose models are simulated.</param>
    public static async Task<AppSetup> CreateAsync(
        Uri? endpoint = null, string? recordings = null, string? hub = null, TimeSpan? storageDelay = null,
        string? storage = null, bool deliversTwice = false)
    {
        var setup = new AppSetup(storage ?? (await AzuriteServer.Shared).NextAccount()) 
        {
            Recordings = recordings,
            StorageDelay = storageDelay,
            DeliversTwice = deliversTwice,
        };
        setup.Hub = hub ?? setup.Hub;
        if (endpoint is not null)
        {
            setup.Settings[Functions.Settings.Config] = EndpointConfig.Write(setup.Folder("config"), endpoint);
        }

        if (Fault.Value is { } fault)
        {
            setup.Plant("PLANTED_FAULT", fault);
        }

        return setup;
    }

    /// <summary>The host's arguments.</summary>
    public IEnumerable<string> Arguments =>
    [
        "--app", PublishedApp.Folder, "--hub", Hub,
        .. Recordings is { } folder ? (string[])["--record", folder] : [],
        .. StorageDelay is { } delay ? (string[])["--storage-delay", delay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)] : [],
        .. DeliversTwice ? (string[])["--storage-delay", "0", "--twice", "true"] : [],
        .. _hasHook ? (string[])["--hook", PublishedApp.Faults] : [],
    ];

    /// <summary>Has the app's process changed by <see cref="PublishedApp.Faults"/>.</summary>
    /// <param name="name">A variable of that assembly.</param>
    public void Plant(string name, string value)
    {
        _hasHook = true;
        Settings[name] = value;
    }

    /// <summary>Its models' calls may take minutes, so that another limit comes first.</summary>
    public void LetModelsTakeTheirTime()
    {
        var models = Path.Combine(Settings[Functions.Settings.Config], "models.yaml");
        File.WriteAllText(models, File.ReadAllText(models).Replace("retries:", "timeouts: { firstByte: 300s, idle: 300s, total: 300s }, retries:"));
    }

    public Task<RunningApp> StartAsync() => RunningApp.StartAsync(this);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
