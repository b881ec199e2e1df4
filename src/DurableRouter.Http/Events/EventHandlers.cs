using DurableRouter.Core.Durability;
using DurableRouter.Core.Reports;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Problems;
using DurableRouter.Http.Runs;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Events;

static class EventHandlers
{
    /// <summary>A stream or a list, by <c>Accept</c>.</summary>
    public static async Task<IResult> Get(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var runId = Ids.RunId(context);
        var stream = Accepts(context.Request.Headers.Accept.ToString());
        var query = new Parameters(context);
        var text = query.Text("after", 32) ?? (stream ? context.Request.Headers["Last-Event-ID"].FirstOrDefault() : null);
        var after = RunEventId.Start;
        if (!string.IsNullOrEmpty(text))
        {
            if (RunEventId.Parse(text) is { } parsed)
            {
                after = parsed;
            }
            else
            {
                query.Add("after", "must be the id of an event, like 12.0");
            }
        }

        query.ThrowIfAny();
        if (await api.Runs.GetAsync(runId, context.RequestAborted) is null)
        {
            throw RunHandlers.NotFound(runId);
        }

        if (stream)
        {
            return new EventStream(api, runId, after);
        }

        var history = await api.Runs.HistoryAsync(runId, 0, context.RequestAborted);
        return JsonResult.Ok((runId, events: RunEvents.Of(history, after)),
            static (json, state) => RunEventJson.WriteList(json, state.runId, state.events));
    }

    /// <returns>True for a stream, false for a list.</returns>
    static bool Accepts(string accept)
    {
        if (accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (accept.Length == 0 || accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
            || accept.Contains("*/*", StringComparison.Ordinal) || accept.Contains("application/*", StringComparison.Ordinal))
        {
            return false;
        }

        throw new RefusedException(HttpCodes.NotAcceptable, "Events come as text/event-stream or as application/json.");
    }
}
