using System.Diagnostics;
using System.Reflection;
using DurableRouter.Core.Errors;
using DurableRouter.Engine.Storage;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Demo;

/// <summary>The product as a process of its own, on the demo's folder and a free port.</summary>
sealed class HostProcess : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    readonly Process _process;
    readonly StreamWriter _log;

    HostProcess(Process process, StreamWriter log, RemoteSession session, Uri url)
    {
        _process = process;
        _log = log;
        Session = session;
        Url = url;
    }

    public RemoteSession Session { get; }

    public Uri Url { get; }

    public int Id => _process.Id;

    /// <exception cref="DurableRouterException">Code <c>host_stopping</c>: it ended or did not come up.</exception>
    public static async Task<HostProcess> StartAsync(DemoFolder folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };

        // Under `dotnet` the process is the runtime, and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        foreach (var argument in new[] { "serve", "--urls", "http://127.0.0.1:0", "--config", folder.Config, "--data", folder.Data })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var variable in start.Environment.Keys.Where(k => k.StartsWith("DURABLEROUTER_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(variable);
        }

        var process = new Process { StartInfo = start };
        var log = new StreamWriter(folder.HostLog, append: true) { AutoFlush = true };
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (log)
            {
                log.WriteLine(line.Data);
            }
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            var url = await FindAsync(process, folder, cancellationToken);
            return new HostProcess(process, log, new RemoteSession(url), url);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>SIGKILL: nothing in the process gets to say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        await _log.DisposeAsync();
    }

    /// <summary>The lock file of the folder says where its holder listens.</summary>
    static async Task<Uri> FindAsync(Process process, DemoFolder folder, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < StartLimit && !process.HasExited)
        {
            // Only read: trying the lock itself could be what keeps the host from taking it.
            if (DataFolderLock.FindHolder(folder.Data) is { Url: { } url } holder && holder.ProcessId == process.Id)
            {
                return new Uri(url + "/");
            }

            await Task.Delay(Look, cancellationToken);
        }

        throw new DurableRouterException(ErrorCodes.HostStopping, $"The host did not start. Its output:\n{File.ReadAllText(folder.HostLog)}");
    }
}
