using System.Diagnostics;
using System.Globalization;

namespace DurableRouter.Bench;

/// <summary>A side of the comparison in a process of its own, so that its processor time and memory are its own.</summary>
sealed class ChildProcess : IDisposable
{
    readonly Process process;

    ChildProcess(Process process) => this.process = process;

    /// <param name="assembly">The assembly to run with the current <c>dotnet</c>.</param>
    public static ChildProcess Start(string assembly, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(assembly);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return new ChildProcess(Process.Start(start)!);
    }

    public async Task<string> ReadLineAsync() =>
        await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"child process {process.Id} ended with code {process.ExitCode}");

    public async Task<string> AskAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
        return await ReadLineAsync();
    }

    public double CpuMs
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalMilliseconds;
        }
    }

    /// <summary>The most memory that was resident, MiB; from /proc where there is one, else the peak that the system reports.</summary>
    public double PeakMiB
    {
        get
        {
            var status = $"/proc/{process.Id}/status";
            if (!File.Exists(status))
            {
                process.Refresh();
                return process.PeakWorkingSet64 / 1048576.0;
            }

            var line = File.ReadLines(status).First(l => l.StartsWith("VmHWM", StringComparison.Ordinal));
            return double.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }
}
