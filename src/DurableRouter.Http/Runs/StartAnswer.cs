using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Http.Bodies;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Runs;

/// <summary>202: the run is durable and will finish.</summary>
sealed class StartAnswer(StartedRun started, string baseUrl) : JsonAnswer
{
    protected override int StatusOf(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Location = $"{baseUrl}/api/runs/{started.RunId}";
        headers.RetryAfter = "2";
        MarkReplay(headers, started);
        return StatusCodes.Status202Accepted;
    }

    protected override void Write(Utf8JsonWriter json, HttpContext context) => RunLinks.Write(json, started.RunId, baseUrl);

    public static void MarkReplay(IHeaderDictionary headers, StartedRun started)
    {
        if (started.Replayed)
        {
            headers["Idempotent-Replayed"] = "true";
        }
    }
}
