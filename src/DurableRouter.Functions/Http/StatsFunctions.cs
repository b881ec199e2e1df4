using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DurableRouter.Functions.Http;

/// <summary>What all runs cost together, and how routing turned out.</summary>
public sealed class StatsFunctions
{
    [Function("GetCostStats")]
    public IResult GetCostStats([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/stats/cost")] HttpRequest request) => Routes.GetCostStats;

    [Function("GetRoutingStats")]
    public IResult GetRoutingStats([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/stats/routing")] HttpRequest request) => Routes.GetRoutingStats;
}
