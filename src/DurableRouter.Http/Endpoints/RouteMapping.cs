using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableRouter.Http.Endpoints;

public static class RouteMapping
{
    /// <summary>Maps the route table, and problem answers for everything else.</summary>
    public static void MapDurableRouter(this IEndpointRouteBuilder endpoints)
    {
        foreach (var route in Routes.All)
        {
            endpoints.MapMethods(route.Template, route.Verbs, (RequestDelegate)route.ExecuteAsync);
        }

        endpoints.MapFallback("{*path}", (RequestDelegate)Routes.Unknown.ExecuteAsync);
    }
}
