using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The published app in a worker process of a Functions host, on Durable and Azurite. Both processes end with the one of the
/// tests, and the worker with its host.</summary>
sealed class RunningApp : IAsyncDisposable
{
    const int KeptLines = 2_000;
    readonly Process _host;
    readonly Queue<string> _log = new();
    HttpClient _control = null!;

    RunningApp(Process host) => _host = host;

    /// <summary>The app's HTTP interface.</summary>
    public HttpClient Http { get; private set; } = null!;

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

    public static async Task<RunningApp> StartAsync(AppSetup setup)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["exec", PublishedApp.Host, .. setup.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in setup.Settings)
        {
            start.Environment[name] = value;
        }

        var app = new RunningApp(Process.Start(start)!);
        app._host.ErrorDataReceived += (_, line) => app.Keep(line.Data);
        app._host.BeginErrorReadLine();
        try
        {
            var line = await app._host.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience);
            var ready = JsonDocument.Parse(line ?? throw new InvalidOperationException("it ended")).RootElement;
            app.Http = new() { BaseAddress = new Uri(ready.GetProperty("http").GetString()!) };
            app._control = new() { BaseAddress = new Uri(ready.GetProperty("control").GetString()!), Timeout = Eventually.Patience };
            return app;
        }
        catch (Exception e)
        {
            await app.KillHostAsync();
            throw new InvalidOperationException($"The Functions host did not become ready: {e.Message}\n{app.Log}", e);
        }
    }

    /// <summary>SIGKILL for the worker process; the host starts another one.</summary>
    /// <returns>When the next one is ready.</returns>
    public async Task KillWorkerAsync()
    {
        var before = (await StatusAsync()).GetProperty("restarts").GetInt32();
        await _control.PostAsync("/worker/kill", content: null);
        await Eventually.HoldsAsync(async () => await StatusAsync() is var status && status.GetProperty("restarts").GetInt32() > before
            && status.GetProperty("ready").GetBoolean(), "the host started another worker");
    }

    /// <summary>SIGKILL for the host, which takes its worker along.</summary>
    public async Task KillHostAsync()
    {
        if (!_host.HasExited)
        {
            _host.Kill(entireProcessTree: true);
        }

        await _host.WaitForExitAsync().WaitAsync(Eventually.Patience);
    }

    /// <summary>What SIGTERM does: listeners stop, invocations have the platform's time, the worker is asked to end.</summary>
    public async Task StopAsync()
    {
        await _control.PostAsync("/stop", content: null);
        await _host.WaitForExitAsync().WaitAsync(Eventually.Patience);
    }

    /// <summary>Fires a timer function, and waits until it has ended.</summary>
    public async Task FireAsync(string timer)
    {
        using var answer = await _control.PostAsync($"/timers/{timer}", content: null);
        Assert.True(answer.IsSuccessStatusCode, $"{timer}: {answer.StatusCode}\n{Log}");
    }

    /// <summary>The host's own view: worker, restarts, functions, routes.</summary>
    public Task<JsonElement> StatusAsync() => _control.GetFromJsonAsync<JsonElement>("/status");

    /// <summary>What was asked of storage since the last reset: <c>requests</c>, <c>emptyPolls</c> among them, <c>operations</c> with those
    /// inside batches, and these <c>byKind</c>. Only with <see cref="AppSetup.StorageDelay"/>.</summary>
    public Task<JsonElement> StorageAsync() => _control.GetFromJsonAsync<JsonElement>("/storage");

    public Task ResetStorageAsync() => _control.PostAsync("/storage/reset", content: null);

    public async ValueTask DisposeAsync()
    {
        await KillHostAsync();
        Http?.Dispose();
        _control?.Dispose();
        _host.Dispose();
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
