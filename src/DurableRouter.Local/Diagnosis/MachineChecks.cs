using System.Net;
using System.Net.Sockets;
using DurableRouter.Engine;
using DurableRouter.Engine.Storage;

namespace DurableRouter.Local.Diagnosis;

/// <summary>What the machine has to offer.</summary>
static class MachineChecks
{
    const int AzuritePort = 10000;

    static readonly Version WalResetFixed = new(3, 51, 3);
    static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(1);

    public static Finding Port(int port, string dataFolder)
    {
        if (port is < 1 or > 65535)
        {
            return new Finding(Verdict.Fail, "port", $"{port} is no port. Give 1 to 65535 with --port.");
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new Finding(Verdict.Ok, "port", $"127.0.0.1:{port} is free");
        }
        catch (SocketException)
        {
            return DataFolderLock.FindHolder(dataFolder) is { Url: { } url } && new Uri(url).Port == port
                ? new Finding(Verdict.Ok, "port", $"127.0.0.1:{port} is held by this data folder's host")
                : new Finding(Verdict.Fail, "port", $"127.0.0.1:{port} is taken. Serve elsewhere: durable-router serve --urls http://127.0.0.1:{(port < 65535 ? port + 1 : 5081)}");
        }
    }

    /// <summary>Creates nothing: a folder that isn't there is looked at through the one above it.</summary>
    public static Finding DataFolder(string folder)
    {
        var full = Path.GetFullPath(folder);
        if (DataFolderLock.FindLiveHolder(full) is { } holder)
        {
            return new Finding(Verdict.Ok, "data folder", $"{full} is held by process {holder.ProcessId}{(holder.Url is null ? "" : $" at {holder.Url}")}; commands go through it");
        }

        var existing = full;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        try
        {
            using (new FileStream(Path.Combine(existing, $".durable-router-{Environment.ProcessId}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                return new Finding(Verdict.Ok, "data folder", existing == full ? $"{full} is writable and free" : $"{full} doesn't exist yet and can be created");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding(Verdict.Fail, "data folder", $"{full} can't be written: {e.Message} Choose another folder with --data.");
        }
    }

    public static Finding Sqlite()
    {
        var version = EmbeddedEngine.SqliteVersion;
        return Version.TryParse(version, out var parsed) && parsed < WalResetFixed
            ? new Finding(Verdict.Info, "sqlite", $"{version}; before {WalResetFixed} only one connection may write and checkpoint, and only one does")
            : new Finding(Verdict.Ok, "sqlite", version);
    }

    /// <summary>The storage emulator serves the Functions host; nothing here needs it.</summary>
    public static async Task<Finding> AzuriteAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, AzuritePort, limit.Token);
            return new Finding(Verdict.Info, "azurite", $"something answers on 127.0.0.1:{AzuritePort}; only the Functions host uses it");
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Finding(Verdict.Info, "azurite", $"nothing answers on 127.0.0.1:{AzuritePort}; only the Functions host uses it");
        }
    }
}
