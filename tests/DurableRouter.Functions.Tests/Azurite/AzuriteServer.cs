using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace DurableRouter.Functions.Tests.Azurite;

/// <summary>A running Azurite, the emulator of Azure Storage, on free ports of its own.</summary>
/// <remarks>Its program ends by itself when its standard input closes, so it never outlives the process of the tests.</remarks>
public sealed partial class AzuriteServer : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    static readonly Lazy<Task<AzuriteServer>> SharedServer = new(() => StartAsync(folder: null));
    static int lastAccount;
    readonly NodeProgram _program;
    readonly Services _services;

    AzuriteServer(NodeProgram program, Services services)
    {
        (_program, _services) = (program, services);
        (Blobs, Tables) = (new Uri(services.Blobs, Account), new Uri(services.Tables, Account));
        Connection = services.Connection(Account);
    }

    // Public: learn.microsoft.com/azure/storage/common/storage-connect-azurite
    const string Account = "devstoreaccount1";
    const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>The one of this test process, in memory; tests keep apart by names of their own.</summary>
    public static Task<AzuriteServer> Shared => SharedServer.Value;

    public string Connection { get; }

    /// <summary>The connection of an account that was given to nobody yet (<c>tests/tools/azurite.mjs</c>).</summary>
    public string NextAccount() => _services.Connection($"test{Interlocked.Increment(ref lastAccount):D3}");

    /// <summary>The account's blob service, for callers with tokens.</summary>
    public Uri Blobs { get; }

    /// <summary>The account's table service, for callers with tokens.</summary>
    public Uri Tables { get; }

    /// <summary>Over HTTPS, for callers with Entra tokens. It looks at times, issuer and audience of a token, not at its signature.</summary>
    /// <param name="certificate">The path of a PEM file with certificate and key.</param>
    public static Task<AzuriteServer> StartWithTokensAsync(string certificate) =>
        StartAsync(folder: null, ["--oauth", "basic", "--cert", certificate, "--key", certificate]);

    /// <param name="folder">Where it keeps its data; null keeps them in memory.</param>
    public static Task<AzuriteServer> StartAsync(string? folder, params string[] more) => StartOnAsync(folder, [0, 0, 0], more);

    /// <summary>The same on ports of the caller's, so that it can be stopped and started where its clients look for it.</summary>
    /// <param name="ports">Of blobs, queues and tables; 0: a free one.</param>
    public static async Task<AzuriteServer> StartOnAsync(string? folder, IReadOnlyList<int> ports, params string[] more)
    {
        string[] where = folder is null ? ["--inMemoryPersistence"] : ["--location", folder];
        string[] on = [.. new[] { "--blobPort", "--queuePort", "--tablePort" }.Zip(ports).SelectMany(p => new[] { p.First, $"{p.Second}" })];
        var program = NodeProgram.Start("azurite.mjs", [.. where, "--silent", "--disableTelemetry", "--skipApiVersionCheck", .. on, .. more]);
        try
        {
            using var limit = new CancellationTokenSource(StartLimit);
            var addresses = new Dictionary<string, Uri>();
            while (addresses.Count < 3)
            {
                var line = await program.ReadLineAsync(limit.Token);
                if (Listening().Match(line) is { Success: true } said)
                {
                    addresses[said.Groups["service"].Value] = new Uri(said.Groups["address"].Value);
                }
            }

            return new AzuriteServer(program, new(addresses["Blob"], addresses["Queue"], addresses["Table"]));
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Three ports that nobody listens on now.</summary>
    public static IReadOnlyList<int> FreePorts()
    {
        var listeners = Enumerable.Range(0, 3).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToList();
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    sealed record Services(Uri Blobs, Uri Queues, Uri Tables)
    {
        public string Connection(string account) => $"DefaultEndpointsProtocol={Blobs.Scheme};AccountName={account};AccountKey={Key};"
            + $"BlobEndpoint={Blobs.AbsoluteUri}{account};QueueEndpoint={Queues.AbsoluteUri}{account};TableEndpoint={Tables.AbsoluteUri}{account};";
    }

    [GeneratedRegex(@"Azurite (?<service>\w+) service is successfully listening at (?<address>\S+)")]
    private static partial Regex Listening();
}
