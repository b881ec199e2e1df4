using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace DurableRouter.Tests.Injection;

/// <summary>Where attacks would send what they steal: answers everything and remembers who came.</summary>
sealed class AttackerServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public AttackerServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>The first line of each request.</summary>
    public ConcurrentBag<string> Visits { get; } = [];

    public void Dispose() => _listener.Dispose();

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                Visits.Add(await reader.ReadLineAsync() ?? "");
                await stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
