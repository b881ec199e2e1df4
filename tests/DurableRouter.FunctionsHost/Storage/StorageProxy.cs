using System.Collections;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace DurableRouter.FunctionsHost.Storage;

/// <summary>Stands between host and worker and their storage: counts each request, and holds it up as long as a network would.</summary>
/// <param name="twice">Whether the task hub's work items are put into their queue twice, so that each activity is delivered twice.</param>
sealed class StorageProxy(StorageCounts counts, TimeSpan delay, bool twice, IHttpForwarder forwarder)
{
    static readonly string[] Services = ["Blob", "Queue", "Table"];
    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <summary>Puts proxies in the place of the endpoints in each environment variable that holds the connection string.</summary>
    /// <param name="connection">With the endpoints in it, such as that of an emulator.</param>
    /// <param name="serve">Starts a server, and gives its address.</param>
    public async Task InsertAsync(string connection, Func<RequestDelegate, Task<Uri>> serve)
    {
        var proxied = connection;
        foreach (var service in Services)
        {
            var target = new Uri(EndpointOf(connection, service)).GetLeftPart(UriPartial.Authority);
            var proxy = await serve(context => ForwardAsync(context, service.ToLowerInvariant(), target));
            proxied = proxied.Replace(target, proxy.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        }

        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Value is string value && value == connection)
            {
                Environment.SetEnvironmentVariable((string)variable.Key, proxied);
            }
        }
    }

    static string EndpointOf(string connection, string service) =>
        connection.Split(';').Single(part => part.StartsWith($"{service}Endpoint=", StringComparison.Ordinal)).Split('=')[1];

    async Task ForwardAsync(HttpContext context, string service, string target)
    {
        var path = context.Request.Path.Value!;
        var resource = path[path.IndexOf('/', 1)..]; // behind the account
        if (service == "table" && resource.EndsWith("/$batch", StringComparison.Ordinal))
        {
            context.Request.EnableBuffering();
            counts.Batch(await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted));
            context.Request.Body.Position = 0;
        }
        else
        {
            counts.Request(service, context.Request.Method, resource);
        }

        await Task.Delay(delay, context.RequestAborted);
        if (twice && context.Request.Method == "POST" && resource.EndsWith("-workitems/messages", StringComparison.Ordinal))
        {
            await PutAsync(context, target);
        }

        var poll = service == "queue" && context.Request.Method == "GET" && resource.EndsWith("/messages", StringComparison.Ordinal);
        await forwarder.SendAsync(context, target, _client, ForwarderRequestConfig.Empty, new Unchanged(target, poll ? counts : null));
    }

    /// <summary>Puts the message of a request that goes on after this.</summary>
    async Task PutAsync(HttpContext context, string target)
    {
        context.Request.EnableBuffering();
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Request.Body.Position = 0;
        using var content = new ByteArrayContent(body.ToArray());
        using var put = new HttpRequestMessage(HttpMethod.Post, TargetOf(context, target)) { Content = content };
        foreach (var (name, value) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Content-Length")))
        {
            _ = put.Headers.TryAddWithoutValidation(name, (string?)value) || content.Headers.TryAddWithoutValidation(name, (string?)value);
        }

        using var answer = await _client.SendAsync(put, context.RequestAborted);
        answer.EnsureSuccessStatusCode();
    }

    static Uri TargetOf(HttpContext context, string target) => new(
        target + context.Features.Get<IHttpRequestFeature>()!.RawTarget, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    /// <summary>Requests are signed, so their targets go on as they came in, escapes included.</summary>
    /// <param name="polls">Where empty answers are counted; null: nowhere.</param>
    sealed class Unchanged(string target, StorageCounts? polls) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = null;
            proxyRequest.Version = HttpVersion.Version11;
            proxyRequest.RequestUri = TargetOf(httpContext, target);
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (polls is not null && proxyResponse is { IsSuccessStatusCode: true }
                && !(await proxyResponse.Content.ReadAsStringAsync(cancellationToken)).Contains("<QueueMessage>", StringComparison.Ordinal))
            {
                polls.EmptyPoll();
            }

            return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }
    }
}
