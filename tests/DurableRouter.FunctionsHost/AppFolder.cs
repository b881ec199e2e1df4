using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace DurableRouter.FunctionsHost;

/// <summary>A published Functions app.</summary>
sealed class AppFolder
{
    public const string HostSection = "AzureFunctionsJobHost";

    readonly string _executable;
    readonly string _worker;

    readonly string? _hook;

    /// <param name="hook">An assembly that the worker process loads before its program; null: none but this one.</param>
    public AppFolder(string folder, string? hook = null)
    {
        _hook = hook;
        Folder = Path.GetFullPath(folder);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "worker.config.json")));
        var description = config.RootElement.GetProperty("description");
        _executable = description.GetProperty("defaultExecutablePath").GetString()!;
        _worker = Path.Combine(Folder, description.GetProperty("defaultWorkerPath").GetString()!);
    }

    public string Folder { get; }

    /// <summary>What the real host's configuration is made of: <c>host.json</c> as one section, environment variables over it, which may
    /// begin with the section's name.</summary>
    /// <param name="hub">The task hub's name; null: that of the app.</param>
    public IConfigurationRoot Settings(string? hub)
    {
        var file = File.ReadAllText(Path.Combine(Folder, "host.json"));
        return new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{"{{HostSection}}": {{file}} }""")))
            .AddEnvironmentVariables()
            .AddInMemoryCollection(hub is null ? [] : [new($"{HostSection}:extensions:durableTask:hubName", hub)])
            .AddInMemoryCollection([new("AzureWebJobsConfigurationSection", HostSection)])
            .Build();
    }

    /// <summary>How the real host starts a worker: azure-functions-host, RpcWorkerProcess.cs and RpcWorkerContext.cs.</summary>
    /// <param name="id">The worker's own, which its stream names.</param>
    /// <param name="server">Where the worker finds the host's gRPC service.</param>
    public ProcessStartInfo WorkerStart(string id, Uri server)
    {
        var request = Guid.NewGuid().ToString();
        var start = new ProcessStartInfo(_executable)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            _worker, "--host", server.Host, "--port", $"{server.Port}", "--workerId", id, "--requestId", request,
            "--grpcMaxMessageLength", $"{int.MaxValue}",
            "--functions-uri", server.AbsoluteUri, "--functions-worker-id", id, "--functions-request-id", request,
            "--functions-grpc-max-message-length", $"{int.MaxValue}",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = Folder;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = Folder;
        string?[] hooks = [typeof(StartupHook).Assembly.Location, _hook];
        start.Environment["DOTNET_STARTUP_HOOKS"] = string.Join(Path.PathSeparator, hooks.OfType<string>());
        return start;
    }
}
