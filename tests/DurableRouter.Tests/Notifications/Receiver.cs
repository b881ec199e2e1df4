using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Tests.Notifications;

/// <summary>Somebody else's endpoint: keeps what arrives and answers as the test says.</summary>
sealed class Receiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly SemaphoreSlim _arrived = new(0);
    readonly ConcurrentQueue<Received> _messages = new();
    int _taken;

    Receiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    /// <summary>The status of each message by its number, from 1. A status below 100 never answers.</summary>
    public Func<int, int> Answer { get; set; } = _ => 204;

    public IReadOnlyList<Received> Messages => [.. _messages];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public async Task<Received> NextAsync()
    {
        Assert.True(await _arrived.WaitAsync(TimeSpan.FromMinutes(3)), "no message arrived within three minutes");
        return _messages.ElementAt(_taken++);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        _messages.Enqueue(new Received(context.Request.Path, body, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        var status = Answer(_messages.Count);
        _arrived.Release();
        if (status < 100)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere";
    }
}

sealed record Received(string Path, string Body, IReadOnlyDictionary<string, string> Headers);
