using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DurableRouter.Functions.Http;

/// <summary>The interface's own description, its health, and everything that is not there.</summary>
public sealed class ServiceFunctions
{
    [Function("GetOpenApi")]
    public IResult GetOpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/openapi.json")] HttpRequest request) => Routes.GetOpenApi;

    [Function("Healthz")]
    public IResult Healthz([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "healthz")] HttpRequest request) => Routes.Healthz;

    [Function("Readyz")]
    public IResult Readyz([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "readyz")] HttpRequest request) => Routes.Readyz;

    /// <summary>Its name is the last of all: the host tries routes in the order of their functions' names, and takes the first that fits.</summary>
    [Function("WithoutRoute")]
    public IResult Unknown([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request) => Routes.Unknown;
}
