using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DurableRouter.Functions.Tests.DeclaredApis.Storage;

/// <summary>Sends requests through Azure.Core's own pipeline: its retries, its request ids, its exceptions.</summary>
sealed class StorageRequests(HttpPipeline pipeline, Uri endpoint, string version, RequestFailedDetailsParser errors)
{
    public Uri Endpoint => endpoint;

    public Request Create(RequestMethod method, string pathAndQuery)
    {
        var request = pipeline.CreateRequest();
        request.Method = method;
        request.Uri.Reset(new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + pathAndQuery));
        request.Headers.Add("x-ms-version", version);
        return request;
    }

    /// <param name="expected">Statuses that are answers; every other one is thrown.</param>
    /// <exception cref="RequestFailedException">The service said no.</exception>
    public async Task<Response> SendAsync(Request request, CancellationToken cancellationToken, params int[] expected)
    {
        var response = await pipeline.SendRequestAsync(request, cancellationToken);
        return expected.Contains(response.Status) ? response : throw Failure(response);
    }

    public RequestFailedException Failure(Response response) => new(response, innerException: null, errors);
}
