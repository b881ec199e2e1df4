using System.Diagnostics;
using System.Text.Json;
using DurableRouter.Functions.Tests.Azurite;

namespace DurableRouter.FunctionsBench;

/// <summary>A published app on the small Functions host, on an emulator of its own behind a proxy.</summary>
sealed class RunningApp : IAsyncDisposable
{
    const int KeptLines = 40;
    const string Hub = "benchhub";
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);
    readonly AzuriteServer _azurite;
    readonly Process _host;
    readonly Queue<string> _log = new();

    RunningApp(Side side, AzuriteServer azurite, StorageProxy storage, Process host)
    {
        (Side, _azurite, Storage, _host) = (side, azurite, storage, host);
        Instances = new HubInstances(azurite.Connection, Hub);
        Kept = new KeptBytes(azurite.Connection, Hub);
    }

    public Side Side { get; }

    public StorageProxy Storage { get; }

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    public HubInstances Instances { get; }

    public KeptBytes Kept { get; }

    /// <summary>Processor time of the worker process, user and system.</summary>
    public TimeSpan WorkerTime
    {
        get
        {
            using var worker = Process.GetProcessById(Worker);
            return worker.TotalProcessorTime;
        }
    }

    /// <summary>The newest lines of host and worker.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Its process id.</summary>
    public int Worker { get; private set; }

    /// <param name="endpoint">Of the models.</param>
    /// <param name="folder">For its files.</param>
    public static async Task<RunningApp> StartAsync(Side side, string endpoint, string folder)
    {
        var azurite = await AzuriteServer.StartAsync(folder: null);
        var storage = await StorageProxy.StartAsync(azurite.Connection, Hub);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", HostProgram, "--app", side.Folder, "--hub", Hub])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AzureWebJobsStorage"] = storage.Connection;
        foreach (var (name, value) in side.Settings(storage.Connection, endpoint, folder))
        {
            start.Environment[name] = value;
        }

        var app = new RunningApp(side, azurite, storage, Process.Start(start)!);
        app._host.ErrorDataReceived += (_, line) => app.Keep(line.Data);
        app._host.BeginErrorReadLine();
        var ready = await app._host.StandardOutput.ReadLineAsync().WaitAsync(StartLimit)
            ?? throw new InvalidOperationException($"{side.Title} did not start:\n{app.Log}");
        using var addresses = JsonDocument.Parse(ready);
        app.Http.BaseAddress = new Uri(addresses.RootElement.GetProperty("http").GetString()!);
        app.Worker = addresses.RootElement.GetProperty("worker").GetInt32();
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_host.HasExited)
        {
            _host.Kill(entireProcessTree: true);
            await _host.WaitForExitAsync();
        }

        Http.Dispose();
        _host.Dispose();
        await Storage.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    /// <summary>Built by the same build, so into the same configuration and framework.</summary>
    static string HostProgram
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            var root = framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "tests", "DurableRouter.FunctionsHost", "bin", framework.Parent.Name, framework.Name, "DurableRouter.FunctionsHost.dll");
        }
    }

    void Keep(string? line)
    {
        lock (_log)
        {
            _log.Enqueue(line ?? "");
            if (_log.Count > KeptLines)
            {
                _log.Dequeue();
            }
        }
    }
}
