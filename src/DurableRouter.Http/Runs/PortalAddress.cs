using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Runs;

/// <summary>A run's address for people. There is no page yet, so it leads to the run's status.</summary>
static class PortalAddress
{
    public static Task<IResult> Get(HttpContext context) =>
        Task.FromResult(Results.Redirect($"{RunLinks.BaseUrl(context)}/api/runs/{Ids.RunId(context)}"));
}
