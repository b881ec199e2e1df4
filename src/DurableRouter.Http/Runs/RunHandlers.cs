using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Http.Access;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Runs;

static class RunHandlers
{
    public static Task<IResult> StartPipeline(HttpContext context) => StartAsync(context, Ids.FromRoute(context, "name"));

    public static Task<IResult> Start(HttpContext context) => StartAsync(context, null);

    public static async Task<IResult> Get(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var runId = Ids.RunId(context);
        var options = StatusOptions.Read(context);
        var snapshot = await api.Runs.GetAsync(runId, context.RequestAborted) ?? throw NotFound(runId);
        var tag = EntityTag(snapshot.Version);
        if (Matches(context.Request.Headers.IfNoneMatch, tag))
        {
            return new NotModified(tag);
        }

        var view = await RunView.LoadAsync(api, snapshot, options, context.RequestAborted);
        return new StatusAnswer(view, tag);
    }

    public static async Task<IResult> List(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var query = RunListing.ReadQuery(context);
        RunPage page;
        try
        {
            page = await api.Runs.ListAsync(query, context.RequestAborted);
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.InputInvalid)
        {
            throw new RefusedException(HttpCodes.ParameterInvalid, "The list can't be continued from there.", [new ProblemItem("continuationToken", e.Message)]);
        }

        return new RunListing(page, RunListing.NextLink(context, page));
    }

    /// <summary>A run that nobody knows, or that was deleted.</summary>
    public static DurableRouterException NotFound(string runId) =>
        new(ErrorCodes.RunNotFound, $"No run has the id {runId}: it never started or was deleted. GET /api/runs lists the runs.");

    static async Task<IResult> StartAsync(HttpContext context, string? pipeline)
    {
        var api = RouterApi.Of(context);
        var key = StartHeaders.IdempotencyKey(context);
        var body = await BodyReader.JsonAsync(context);
        var request = StartRequest.Read(body, mayNamePipeline: pipeline is null);
        pipeline ??= request.Pipeline ?? api.Options.DefaultPipeline;
        if (!Ids.IsValid(pipeline))
        {
            throw new RefusedException(HttpCodes.IdInvalid, "The body names no valid pipeline. Nothing was looked up.",
                [new ProblemItem("/pipeline", "must be 1 to 63 lower-case letters, digits and '-', not '-' first")]);
        }

        var caller = Caller.Of(context);
        // A key has no space in it, so two callers' keys never meet.
        var claim = key is null ? null : new IdempotencyClaim($"{caller.Subject} {key}", RequestHash.Of(pipeline, body, skip: "pipeline"));
        var started = await api.Starter.StartAsync(pipeline, request, caller.Subject, caller.Roles.Words(), claim, context.RequestAborted);
        if (StartHeaders.Wait(context, api.Options.MaxWait) is { } limit
            && await api.Runs.WaitAsync(started.RunId, limit, context.RequestAborted) is { } snapshot && snapshot.Status.IsTerminal())
        {
            StartAnswer.MarkReplay(context.Response.Headers, started);
            return new StatusAnswer(await RunView.LoadAsync(api, snapshot, default, context.RequestAborted), EntityTag(snapshot.Version));
        }

        return new StartAnswer(started, RunLinks.BaseUrl(context));
    }

    static string EntityTag(long version) => $"\"v{version}\"";

    static bool Matches(Microsoft.Extensions.Primitives.StringValues header, string tag) =>
        header.Count > 0 && header.ToString().Split(',').Any(t => t.Trim() is var one && (one == "*" || one == tag || one == "W/" + tag));

    sealed class NotModified(string tag) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            httpContext.Response.Headers.ETag = tag;
            return Task.CompletedTask;
        }
    }
}
