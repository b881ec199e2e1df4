using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>What the worker library makes of an HTTP function.</summary>
static class HttpFunction
{
    public static IReadOnlyList<DeclaredFunction<HttpTriggerAttribute>> All => DeclaredFunction<HttpTriggerAttribute>.All;

    /// <summary>The first that fits a request's path and method answers it, however specific the others are: azure-functions-host,
    /// FunctionMetadataManager.cs sorts functions by name, WebScriptHostHttpRoutesManager.cs adds their routes in that order.</summary>
    public static IReadOnlyList<DeclaredFunction<HttpTriggerAttribute>> InTheHostsOrder { get; } =
        [.. All.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)];

    public static string Template(this DeclaredFunction<HttpTriggerAttribute> function) => "/" + (function.Trigger.Route ?? function.Name);

    /// <summary>Executes the function's result with the request.</summary>
    public static async Task InvokeAsync(this DeclaredFunction<HttpTriggerAttribute> function, HttpContext context)
    {
        if (function.Trigger.AuthLevel != AuthorizationLevel.Anonymous)
        {
            context.Response.StatusCode = 401; // the Functions host wants a key of its own
            return;
        }

        var result = (IResult)function.Call(context.RequestServices, type => type == typeof(HttpRequest) ? context.Request : null);
        await result.ExecuteAsync(context);
    }
}
