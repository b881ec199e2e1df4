using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Http;
using DurableRouter.Http.Access;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Health;
using DurableRouter.Http.Webhooks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DurableRouter.Local.Serving;

/// <summary>The HTTP interface over one composition. Built from nothing, so that no file or variable of the surroundings configures it.</summary>
sealed class RouterServer : IAsyncDisposable
{
    // Event streams end with the server; other requests are short.
    static readonly TimeSpan RequestDrain = TimeSpan.FromSeconds(5);

    readonly WebApplication _app;
    readonly HostComposition _host;
    readonly EngineProbe _probe;
    readonly Outgoing? _outgoing;

    RouterServer(WebApplication app, HostComposition host, EngineProbe probe)
    {
        _app = app;
        _host = host;
        _probe = probe;
        _outgoing = host.Config.Webhooks.Sends ? new Outgoing(host, app.Services.GetRequiredService<DeliveryLog>()) : null;
    }

    /// <summary>The first address, as a client on this machine reaches it.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Listens, takes up what an earlier process left, and tells other commands where it listens.</summary>
    /// <exception cref="IOException">An address is taken, isn't this machine's or may not be listened on.</exception>
    public static async Task<RouterServer> StartAsync(HostComposition host, IReadOnlyList<Binding> bindings, IReadOnlyList<ApiKey> keys,
        X509Certificate2? certificate, ILoggerProvider logs, LogLevel level, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "durable-router" });
        // A host that can't start says so by its exception; the same as a log entry with a stack would bury what to do.
        builder.Logging.AddProvider(logs).SetMinimumLevel(level).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, bindings, certificate));
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var probe = new EngineProbe(host.Engine);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = RequestDrain);
        builder.Services.AddSingleton<IRunClient>(host.Engine).AddSingleton<ILedger>(host.Engine.Ledger)
            .AddSingleton<IApprovalStore>(host.Engine.Approvals).AddSingleton(host.Engine.Content).AddSingleton(host.Cache)
            .AddSingleton(host.Definitions).AddSingleton(host.Clock).AddSingleton(host.Health).AddSingleton<IReadinessProbe>(probe);
        builder.Services.AddWebhooks(host.Config.Webhooks, host.Secrets).AddDurableRouterHttp(options =>
        {
            foreach (var key in keys)
            {
                options.Keys.Add(key);
            }

            options.PublicUrl = host.Config.Webhooks.PublicUrl;
        });

        var app = builder.Build();
        app.UseRouting();
        app.MapDurableRouter();
        var server = new RouterServer(app, host, probe);
        try
        {
            await app.StartAsync(cancellationToken);
            await server.OpenAsync();
            return server;
        }
        catch (Exception e) when (e is SocketException || e.GetBaseException() is SocketException)
        {
            await app.DisposeAsync();
            throw new IOException($"Can't listen on {string.Join(" and ", bindings.Select(b => $"{b.Address?.ToString() ?? "any address"}, port {b.Port}"))}: "
                + $"{e.GetBaseException().Message}. No run was touched. Choose another address with --urls http://127.0.0.1:PORT, or stop what listens there.", e);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>No new requests; those under way end. The composition drains its calls when it is disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_outgoing is not null)
        {
            await _outgoing.DisposeAsync();
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    async Task OpenAsync()
    {
        var address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Url = address.Host is "0.0.0.0" or "[::]" ? $"{address.Scheme}://127.0.0.1:{address.Port}" : $"{address.Scheme}://{address.Authority}";
        await _host.Engine.StartAsync();
        _probe.Swept();
        _host.Engine.Announce(Url);
        _outgoing?.Start(_host.Config.Webhooks.PublicUrl?.AbsoluteUri.TrimEnd('/') ?? Url);
    }

    static void Listen(KestrelServerOptions kestrel, IReadOnlyList<Binding> bindings, X509Certificate2? certificate)
    {
        kestrel.ConfigureDurableRouterLimits();
        foreach (var binding in bindings)
        {
            kestrel.Listen(binding.Address ?? IPAddress.Any, binding.Port, listen =>
            {
                if (binding.Tls)
                {
                    listen.UseHttps(certificate!);
                }
            });
        }
    }
}
