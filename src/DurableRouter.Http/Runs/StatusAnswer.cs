using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Http.Bodies;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Runs;

/// <summary>202 while the run lives, 200 when it ended, however it ended.</summary>
sealed class StatusAnswer(RunView run, string entityTag) : JsonAnswer
{
    protected override int StatusOf(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ETag = entityTag;
        headers.CacheControl = "no-cache";
        if (run.Snapshot.Status.IsTerminal())
        {
            return StatusCodes.Status200OK;
        }

        headers.Location = $"{RunLinks.BaseUrl(context)}/api/runs/{run.Snapshot.RunId}";
        headers.RetryAfter = "2";
        return StatusCodes.Status202Accepted;
    }

    protected override void Write(Utf8JsonWriter json, HttpContext context) => RunJson.Write(json, run);
}
