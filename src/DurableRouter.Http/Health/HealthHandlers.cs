using DurableRouter.Http.Bodies;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Health;

static class HealthHandlers
{
    /// <summary>The process answers.</summary>
    public static Task<IResult> Live(HttpContext context) => Task.FromResult(Ok("ok"));

    /// <summary>The host's parts work: it may get traffic.</summary>
    public static async Task<IResult> Ready(HttpContext context)
    {
        foreach (var probe in RouterApi.Of(context).Probes)
        {
            if (await probe.CheckAsync(context.RequestAborted) is { } reason)
            {
                return new Problem(HttpCodes.NotReady, reason) { RetryAfter = TimeSpan.FromSeconds(5) };
            }
        }

        return Ok("ready");
    }

    static IResult Ok(string status) => JsonResult.Ok(status, static (json, status) =>
    {
        json.WriteStartObject();
        json.WriteString("status", status);
        json.WriteEndObject();
    });
}
