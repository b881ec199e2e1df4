using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using DurableRouter.Simulation.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Tests.Shared;

/// <summary>A real HTTP server on a free loopback port that a pipeline calls as a tool, scripted call by call. It honours <c>Idempotency-Key</c>:
/// a call whose key it has seen has no effect again.</summary>
public sealed class FakeTool : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Func<FakeToolCall, FakeReply> script;
    readonly ConcurrentQueue<FakeToolCall> calls = new();
    readonly ConcurrentDictionary<string, bool> effects = new();

    FakeTool(WebApplication app, Func<FakeToolCall, FakeReply> script)
    {
        this.app = app;
        this.script = script;
    }

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<FakeToolCall> Calls => [.. calls];

    /// <summary>What happened because of the calls: one thing per key.</summary>
    public IReadOnlyCollection<string> Effects => [.. effects.Keys];

    /// <param name="script">The reply to each call; null: <c>{"id":"T-1"}</c>.</param>
    public static async Task<FakeTool> StartAsync(Func<FakeToolCall, FakeReply>? script = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var tool = new FakeTool(app, script ?? (_ => FakeReply.Json("""{"id":"T-1"}""")));
        app.Run(tool.HandleAsync);
        await app.StartAsync();
        return tool;
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
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        FakeToolCall call;
        lock (calls)
        {
            call = new FakeToolCall(calls.Count + 1, context.Request.Method, context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent(), headers,
                body.Length == 0 ? null : JsonElement.Parse(body));
            calls.Enqueue(call);
        }

        effects[call.IdempotencyKey] = true;
        try
        {
            await script(call).WriteAsync(context.Response, context.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionAbortedException or IOException)
        {
            // The caller went away, which is what many tests are about.
        }
    }
}

/// <param name="Number">From 1, in order of arrival.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">Names in any case.</param>
/// <param name="Body">Null: none.</param>
public sealed record FakeToolCall(int Number, string Method, string Target, IReadOnlyDictionary<string, string> Headers, JsonElement? Body)
{
    public string IdempotencyKey => Headers["Idempotency-Key"];

    /// <summary>The attempt's.</summary>
    public string Key => Headers["X-Client-Request-Id"];
}
