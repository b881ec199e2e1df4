using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DurableRouter.Tests.Resilience;

/// <summary>The real host: <c>durable-router serve</c> as a process, which a test may kill.</summary>
sealed class ServeProcess : IAsyncDisposable
{
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
        using var http = new HttpClient { BaseAddress = url };
        var limit = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var ready = await http.GetAsync("/readyz");
                if (ready.StatusCode == HttpStatusCode.OK)
                {
                    return serve;
                }
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }

            if (serve.process.HasExited || limit.Elapsed > TimeSpan.FromMinutes(3))
            {
                await serve.KillAsync();
                throw new InvalidOperationException($"serve did not become ready:\n{serve.Output}");
            }

            await Task.Delay(25);
        }
    }

    /// <summary>SIGKILL: no handler runs, no buffer is flushed.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
    }

    /// <summary>Waits for the process to die of itself.</summary>
    public Task DeathAsync() => process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.AppendLine(line.Data);
        }
    }
}
