using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DurableRouter.FunctionsBench;

/// <summary>Stands in front of a storage emulator, counts what goes by, and makes it slower.</summary>
sealed partial class StorageProxy : IAsyncDisposable
{
    // They belong to a connection, or the receiving end sets its own.
    static readonly HashSet<string> OwnHeaders = new(["Connection", "Content-Length", "Host", "Keep-Alive", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase);

    // Requests are signed: the path must stay as it came.
    static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    readonly List<WebApplication> _servers = [];
    readonly string _hub;

    StorageProxy(string hub) => _hub = hub;

    public Tally Tally { get; } = new();

    /// <summary>Added to each request.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The emulator's connection string, by way of this proxy.</summary>
    public string Connection { get; private set; } = "";

    /// <param name="connection">The emulator's.</param>
    /// <param name="hub">The task hub's name.</param>
    public static async Task<StorageProxy> StartAsync(string connection, string hub)
    {
        var proxy = new StorageProxy(hub);
        foreach (var (service, origin) in Endpoint().Matches(connection).Select(match => (Enum.Parse<StorageService>(match.Groups["service"].Value), match.Groups["origin"].Value)))
        {
            connection = connection.Replace($"{service}Endpoint={origin}", $"{service}Endpoint={await proxy.ServeAsync(service, origin)}", StringComparison.Ordinal);
        }

        proxy.Connection = connection;
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _client.Dispose();
    }

    async Task<string> ServeAsync(StorageService service, string origin)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, null);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var server = builder.Build();
        server.Run(context => ForwardAsync(context, service, origin));
        await server.StartAsync();
        _servers.Add(server);
        return server.Urls.Single();
    }

    async Task ForwardAsync(HttpContext context, StorageService service, string origin)
    {
        if (Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay);
        }

        var request = context.Request;
        using var received = new MemoryStream();
        await request.Body.CopyToAsync(received);
        var body = received.ToArray();
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(origin + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, AsItIs))
        {
            Content = request.ContentLength is null && body.Length == 0 ? null : new ByteArrayContent(body),
        };
        foreach (var (name, values) in request.Headers.Where(header => !OwnHeaders.Contains(header.Key)))
        {
            if (!forwarded.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                forwarded.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using var answer = await _client.SendAsync(forwarded, context.RequestAborted);
        var answered = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        var (kind, operations) = StorageRequest.Read(service, request, body, answered, _hub);
        Tally.Add(kind, operations);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OwnHeaders.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified) && request.Method != "HEAD")
        {
            context.Response.ContentLength = answered.Length;
            await context.Response.Body.WriteAsync(answered);
        }
        else if (request.Method == "HEAD")
        {
            context.Response.ContentLength = answer.Content.Headers.ContentLength;
        }
    }

    [GeneratedRegex(@"(?<service>Blob|Queue|Table)Endpoint=(?<origin>http://[^/;]+)")]
    private static partial Regex Endpoint();
}
