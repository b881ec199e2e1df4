using System.Net;
using System.Net.Sockets;

namespace DurableRouter.Core.Notifications;

/// <summary>The one client for addresses that are not model endpoints. The address that is connected to is the one that was checked, so a name
/// that changes between check and use gains nothing. No redirects, no proxy, no cookies, bounded headers, bodies and times.</summary>
public sealed class GuardedHttpClient : IDisposable
{
    static readonly HttpRequestOptionsKey<bool> OwnNetwork = new("own network");
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly HttpClient _client;
    readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <param name="resolve">Names to addresses; null: the system's resolver.</param>
    public GuardedHttpClient(Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            MaxResponseHeadersLength = 16,
            // A kept connection was checked under another request's rules.
            PooledConnectionLifetime = TimeSpan.Zero,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>For a message whose answer's body doesn't matter, and isn't read. It takes ten seconds at the most.</summary>
    /// <param name="ownNetwork">Loopback and private addresses are allowed too.</param>
    /// <returns>The status of the answer.</returns>
    /// <exception cref="HttpRequestException">No answer: not resolved, not connected, or refused because of its address.</exception>
    /// <exception cref="OperationCanceledException">No answer in time, or the caller gave up.</exception>
    public async Task<HttpStatusCode> SendAsync(HttpRequestMessage request, bool ownNetwork, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        request.Options.Set(OwnNetwork, ownNetwork);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        return response.StatusCode;
    }

    /// <summary>For a question whose answer is read. The caller bounds its time.</summary>
    /// <param name="ownNetwork">Loopback and private addresses are allowed too.</param>
    /// <param name="maxBytes">Of the body; a longer one isn't read to its end.</param>
    /// <exception cref="HttpRequestException">No answer; for a refused address its base is an <see cref="AddressRefusedException"/>.</exception>
    /// <exception cref="IOException">The answer broke off.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<GuardedReply> AskAsync(HttpRequestMessage request, bool ownNetwork, int maxBytes, CancellationToken cancellationToken)
    {
        request.Options.Set(OwnNetwork, ownNetwork);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var chunk = new byte[8 * 1024];
        int count;
        while ((count = await stream.ReadAsync(chunk, cancellationToken)) > 0 && body.Length <= maxBytes)
        {
            body.Write(chunk, 0, count);
        }

        // Without the type a missing body would be an empty one: null converts to empty memory.
        ReadOnlyMemory<byte>? whole = body.Length <= maxBytes ? body.ToArray().AsMemory() : default(ReadOnlyMemory<byte>?);
        return new GuardedReply((int)response.StatusCode, whole, Header("Retry-After"), Header("Location"))
        {
            ContentType = response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.First() : null,
            ContentEncoding = response.Content.Headers.TryGetValues("Content-Encoding", out var encodings) ? string.Join(",", encodings) : null,
        };

        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
    }

    public void Dispose() => _client.Dispose();

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var ownNetwork = context.InitialRequestMessage.Options.TryGetValue(OwnNetwork, out var own) && own;
        var found = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(host, cancellationToken);
        var allowed = Array.FindAll(found, address => AddressPolicy.Allows(address, ownNetwork));
        if (allowed.Length == 0)
        {
            throw new AddressRefusedException($"{host} has no address that may be connected to");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
