using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Simulation.Server;

/// <summary>A real OpenAI-compatible server on a free loopback port, scripted call by call: for the demo and for tests. It keeps a log of
/// what it began and what it finished, for comparison with a ledger: the line <c>begin KEY</c> is written before the reply
/// begins.</summary>
public sealed class FakeModelEndpoint : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Func<FakeCall, CancellationToken, ValueTask<FakeReply>> script;
    readonly Action<FakeCall, CallStage>? observe;
    readonly ConcurrentQueue<FakeCall> calls = new();
    readonly Lock gate = new();
    readonly List<string> log = [];
    readonly string? logFile;
    int connections;

    FakeModelEndpoint(WebApplication app, Func<FakeCall, CancellationToken, ValueTask<FakeReply>> script,
        Action<FakeCall, CallStage>? observe, string? logFile)
    {
        this.app = app;
        this.script = script;
        this.observe = observe;
        this.logFile = logFile;
    }

    /// <summary>What belongs into a provider's <c>endpoint</c>.</summary>
    public Uri Address =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1");

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<FakeCall> Calls => [.. calls];

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary><c>begin KEY</c> and <c>end KEY</c>, in order.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (gate)
            {
                return [.. log];
            }
        }
    }

    /// <param name="script">The reply to each call.</param>
    /// <param name="logFile">Also append the log to this file.</param>
    /// <param name="tls">Serve HTTPS with a certificate of its own.</param>
    public static Task<FakeModelEndpoint> StartAsync(Func<FakeCall, FakeReply> script, string? logFile = null, bool tls = false) =>
        StartAsync((call, _) => ValueTask.FromResult(script(call)), null, logFile, tls);

    /// <param name="script">The reply to each call; cancelled when the caller goes away.</param>
    /// <param name="observe">Told of each call as it goes on.</param>
    public static async Task<FakeModelEndpoint> StartAsync(Func<FakeCall, CancellationToken, ValueTask<FakeReply>> script,
        Action<FakeCall, CallStage>? observe, string? logFile = null, bool tls = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        FakeModelEndpoint? endpoint = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Use(next => connection =>
                {
                    Interlocked.Increment(ref endpoint!.connections);
                    return next(connection);
                });
                if (tls)
                {
                    listen.UseHttps(SelfSigned());
                }
            });
        });
        if (tls)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        endpoint = new FakeModelEndpoint(app, script, observe, logFile);
        app.Run(endpoint.HandleAsync);
        await app.StartAsync();
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        // Replies that hang on purpose would hold up a graceful stop.
        using var now = new CancellationTokenSource();
        now.Cancel();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Method != "POST" || !(context.Request.Path == "/v1/chat/completions" || IsDeployment(context.Request.Path)))
        {
            context.Response.StatusCode = 404;
            return;
        }

        using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        string? key = context.Request.Headers["X-Client-Request-Id"];
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase);
        FakeCall call;
        lock (gate)
        {
            call = new FakeCall(calls.Count + 1, key, headers, document.RootElement.Clone())
            {
                Target = context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent(),
            };
            calls.Enqueue(call);
        }

        Note($"begin {key}");
        observe?.Invoke(call, CallStage.Begun);
        try
        {
            var reply = await script(call, context.RequestAborted);
            await reply.WriteAsync(context.Response, context.RequestAborted);
            Note($"end {key}");
            observe?.Invoke(call, CallStage.Ended);
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionAbortedException or IOException)
        {
            // The caller went away, which is what many scripts are about.
            observe?.Invoke(call, CallStage.Cut);
        }
    }

    // Azure OpenAI's dated API.
    static bool IsDeployment(PathString path) => path.Value!.Split('/') is ["", "openai", "deployments", _, "chat", "completions"];

    void Note(string line)
    {
        lock (gate)
        {
            log.Add(line);
            if (logFile is not null)
            {
                File.AppendAllText(logFile, line + "\n");
            }
        }
    }

    static X509Certificate2 SelfSigned()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
