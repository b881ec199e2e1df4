using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Local;

public sealed class ServeCommandTests : IDisposable
{
    const int Terminate = 15;

    readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Serve_HoldsTheFolder_OthersGoThroughItAndASecondHostIsRefused()
    {
        using var host = _cli.Start("serve", "--urls", "http://127.0.0.1:0", "--relaxed-durability");
        try
        {
            var first = await host.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience);
            var url = first!.Split(' ')[^1];
            using var http = new HttpClient();
            Assert.Contains("ready", await http.GetStringAsync($"{url}/readyz"), StringComparison.Ordinal);

            var second = await _cli.RunAsync("serve", "--urls", "http://127.0.0.1:0");
            Assert.True(second.ExitCode == 1, second.ToString());
            Assert.Contains($"process {host.Id} ", second.Error, StringComparison.Ordinal);

            var run = await _cli.RunAsync("run", "--input", Cli.Sample("letter.txt"), "--json");
            Assert.True(run.ExitCode == 0, run.ToString());
            var runId = run.Json.GetProperty("id").GetString()!;
            Assert.Contains(runId, await http.GetStringAsync($"{url}/api/runs"), StringComparison.Ordinal);

            var remote = (await _cli.RunAsync("cost", "--by", "step", "--json")).Json;
            Assert.Equal(run.Json.GetProperty("ledger").GetProperty("totalUsd").GetDecimal(), remote.GetProperty("totalUsd").GetDecimal());

            var routing = (await _cli.RunAsync("stats", "--from", "2020-01-01", "--json")).Json;
            Assert.Equal(routing.GetProperty("decisions").GetInt32(), routing.GetProperty("value").EnumerateArray().Sum(g => g.GetProperty("firstChoice").GetInt32()));

            Signal(host, Terminate);
            var stopped = await Cli.FinishAsync(host);
            Assert.True(stopped.ExitCode == 0, stopped.ToString());
            Assert.Contains("RELAXED", stopped.Out, StringComparison.Ordinal);

            var local = (await _cli.RunAsync("cost", "--by", "step", "--json")).Json;
            Assert.Equal(remote.GetRawText(), local.GetRawText());
            Assert.Equal(routing.GetRawText(), (await _cli.RunAsync("stats", "--from", "2020-01-01", "--json")).Json.GetRawText());
        }
        finally
        {
            if (!host.HasExited)
            {
                host.Kill();
            }
        }
    }

    [Fact]
    public async Task Serve_PortTaken_SaysSoWithoutAStack()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var refused = await _cli.RunAsync("serve", "--urls", $"http://127.0.0.1:{port}");

        Assert.True(refused.ExitCode == 1, refused.ToString());
        Assert.StartsWith($"error (io_failed): Can't listen on 127.0.0.1, port {port}: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--urls", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    static void Signal(Process process, int signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit(Eventually.Patience);
    }
}
