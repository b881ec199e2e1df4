using DurableRouter.Http.Access;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableRouter.Http.Endpoints;

public static class RouteMapping
{
    /// <summary>Maps the route table, and problem answers for everything else: 405 for a known path, 404 for an unknown one.</summary>
    public static void MapDurableRouter(this IEndpointRouteBuilder endpoints)
    {
        foreach (var route in Routes.All)
        {
            endpoints.MapMethods(route.Template, route.Verbs, (RequestDelegate)route.ExecuteAsync);
        }

        foreach (var (template, allow) in Routes.Allowed)
        {
            endpoints.Map(template, (RequestDelegate)(context => RefuseAsync(context,
                () => new Problem(HttpCodes.MethodNotAllowed, $"{context.Request.Method} is not defined here; use {allow}.") { Allow = allow })));
        }

        endpoints.MapFallback("{*path}", (RequestDelegate)(context => RefuseAsync(context,
            () => new Problem(HttpCodes.NotFound, "There is nothing at this path; /api/openapi.json lists what there is."))));
    }

    static async Task RefuseAsync(HttpContext context, Func<Problem> refuse)
    {
        Problem problem;
        try
        {
            ApiRoute.Guard(context, ApiRole.None);
            problem = refuse();
        }
        catch (RefusedException exception)
        {
            problem = Problem.From(exception);
        }

        await problem.ExecuteAsync(context);
    }
}
