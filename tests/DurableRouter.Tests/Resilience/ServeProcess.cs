using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Resilience;

/// <summary>The real host: <c>durable-router serve</c> as a process, which a test may kill.</summary>
sealed class ServeProcess : IAsyncDisposable
{
    const int FirstPort = 15_000;
    const int Ports = 15_000;
    static int lastPort = Random.Shared.Next(Ports);

    readonly Process process;
    readonly StringBuilder output = new();

    ServeProcess(Process process, Uri url)
    {
        this.process = process;
        Url = url;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Url { get; }

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public static string Program => Path.Combine(AppContext.BaseDirectory, "durable-router.dll");

    /// <param name="crashAt">See <see cref="DurableRouter.Engine.EngineOptions.CrashAt"/>.</param>
    /// <param name="environment">More variables of the process.</param>
    /// <param name="arguments">More arguments of <c>serve</c>.</param>
    public static async Task<ServeProcess> StartAsync(string config, string data, Uri? url = null, string? crashAt = null,
        IReadOnlyDictionary<string, string>? environment = null, params string[] arguments)
    {
        url ??= new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])["exec", Program, "serve", "--urls", url.ToString(), "--config", config, "--data", data, .. arguments])
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment["DURABLEROUTER_CRASH_AT"] = crashAt;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var serve = new ServeProcess(Process.Start(start)!, url);
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };
        if (await Eventually.TryAsync(async () => serve.process.HasExited || await IsReadyAsync(http)) && !serve.process.HasExited)
        {
            return serve;
        }

        var state = serve.process.HasExited ? $"it ended with {serve.process.ExitCode}" : "it still starts";
        await serve.KillAsync();
        throw new InvalidOperationException($"serve did not become ready, {state}:\n{serve.Output}");
    }

    /// <summary>SIGKILL: no handler runs, no buffer is flushed.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await DeathAsync();
    }

    /// <summary>Waits for the process to die of itself.</summary>
    public Task DeathAsync() => process.WaitForExitAsync().WaitAsync(Eventually.Patience);

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
        await DeathAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    /// <summary>A port that nobody listens on, below those that systems give to connections and to listeners that ask for any: nobody takes it
    /// before the host does, nor between its deaths.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (Interlocked.Increment(ref lastPort) % Ports);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken
            }
        }
    }

    static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var ready = await http.GetAsync("/readyz");
            return ready.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false; // not listening yet, or too busy to answer
        }
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.AppendLine(line.Data);
        }
    }
}
