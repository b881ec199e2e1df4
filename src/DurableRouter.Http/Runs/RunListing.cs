using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace DurableRouter.Http.Runs;

/// <summary>One page of runs, newest first, and the way to the next.</summary>
sealed class RunListing(RunPage page, string? nextLink) : JsonAnswer
{
    const string TokenHeader = "x-ms-continuation-token";
    const int DefaultTop = 100;

    public static RunQuery ReadQuery(HttpContext context)
    {
        var query = new Parameters(context);
        query.AllowOnly("runtimeStatus", "pipeline", "tag", "createdTimeFrom", "createdTimeTo", "top", "continuationToken");
        var statuses = query.Words<RuntimeStatus>("runtimeStatus");
        var pipeline = query.Text("pipeline", 63);
        if (pipeline is not null && !Ids.IsValid(pipeline))
        {
            query.Add("pipeline", "must be lower-case letters, digits and '-', not '-' first");
        }

        var token = query.Text("continuationToken") ?? context.Request.Headers[TokenHeader].FirstOrDefault();
        var read = new RunQuery(statuses, pipeline, query.Text("tag", 257), query.Time("createdTimeFrom"), query.Time("createdTimeTo"),
            (int)(query.Integer("top", 1, 1000) ?? DefaultTop), string.IsNullOrEmpty(token) ? null : token);
        query.ThrowIfAny();
        return read;
    }

    /// <summary>The same request with the next token; null on the last page.</summary>
    public static string? NextLink(HttpContext context, RunPage page)
    {
        if (page.ContinuationToken is not { } token)
        {
            return null;
        }

        var query = new QueryBuilder(context.Request.Query.Where(p => p.Key != "continuationToken"));
        query.Add("continuationToken", token);
        return $"{RunLinks.BaseUrl(context)}/api/runs{query.ToQueryString()}";
    }

    protected override int StatusOf(HttpContext context)
    {
        if (page.ContinuationToken is { } token)
        {
            context.Response.Headers[TokenHeader] = token;
        }

        context.Response.Headers.CacheControl = "no-store";
        return StatusCodes.Status200OK;
    }

    protected override void Write(Utf8JsonWriter json, HttpContext context)
    {
        json.WriteStartObject();
        json.WriteStartArray("value");
        foreach (var run in page.Runs)
        {
            RunJson.Write(json, RunView.Summary(run));
        }

        json.WriteEndArray();
        json.WriteString("continuationToken", page.ContinuationToken);
        json.WriteString("nextLink", nextLink);
        json.WriteEndObject();
    }
}
