using System.Net.Sockets;
using Yarp.ReverseProxy.Forwarder;

namespace DurableRouter.FunctionsHost.Http;

/// <summary>Passes requests on to the worker's own HTTP server, as the real host does (azure-functions-host,
/// DefaultHttpProxyService.cs).</summary>
sealed class Forwarder(IHttpForwarder forwarder)
{
    static readonly ForwarderRequestConfig Limits = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    // azure-functions-host, RetryProxyHandler.cs: a worker may have said that it is ready before its HTTP server listens.
    const int MostTries = 10;
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = ConnectAsync,
    });

    public async Task SendAsync(HttpContext context, Uri worker, string invocation)
    {
        var request = context.Request;
        request.Headers["x-ms-invocation-id"] = invocation;

        // Whatever the caller wrote there is replaced.
        request.Headers["X-Forwarded-For"] = context.Connection.RemoteIpAddress?.ToString();
        request.Headers["X-Forwarded-Host"] = request.Host.Value;
        request.Headers["X-Forwarded-Proto"] = request.Scheme;
        var error = await forwarder.SendAsync(context, worker.ToString(), _client, Limits);
        if (error != ForwarderError.None)
        {
            var cause = context.GetForwarderErrorFeature()?.Exception;
            throw new InvalidOperationException($"Failed to proxy request with ForwarderError: {error}", cause);
        }
    }

    static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && tries < MostTries)
            {
                socket.Dispose();
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
