using Yarp.ReverseProxy.Forwarder;

namespace DurableRouter.FunctionsHost.Http;

/// <summary>Passes requests on to the worker's own HTTP server, as the real host does (azure-functions-host,
/// DefaultHttpProxyService.cs).</summary>
sealed class Forwarder(IHttpForwarder forwarder)
{
    static readonly ForwarderRequestConfig Limits = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };
    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

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
}
