using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host;

namespace DurableRouter.FunctionsHost.Http;

/// <summary>Answers HTTP requests with the app's functions, at most so many at once as <c>host.json</c> says.</summary>
sealed class HttpFront(FunctionRoutes routes, IJobHost jobs, DurableWebhook webhook, int atOnce, ILogger log)
{
    readonly SemaphoreSlim _slots = new(atOnce);

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(DurableWebhook.Path))
        {
            await webhook.HandleAsync(context);
            return;
        }

        await _slots.WaitAsync(context.RequestAborted);
        try
        {
            await CallAsync(context);
        }
        finally
        {
            _slots.Release();
        }
    }

    async Task CallAsync(HttpContext context)
    {
        if (routes.Find(context.Request) is not { } route)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (!route.Anonymous)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized; // the real host wants a key of its own
        }
        else
        {
            try
            {
                await jobs.CallAsync(route.Function, new Dictionary<string, object> { ["request"] = context }, context.RequestAborted);
            }
            catch (FunctionInvocationException e)
            {
                log.LogError(e, "{Function} failed", route.Function);
                if (!context.Response.HasStarted)
                {
                    context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                }
            }
        }
    }
}
