using DurableRouter.Core.Reports;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Runs;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Explain;

static class ExplainHandlers
{
    public static async Task<IResult> Get(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var runId = Ids.RunId(context);
        var run = await api.Runs.GetAsync(runId, context.RequestAborted) ?? throw RunHandlers.NotFound(runId);
        var history = await api.Runs.HistoryAsync(runId, 0, context.RequestAborted);
        return JsonResult.Ok(RunExplanation.Of(run, history), ExplanationJson.Write);
    }
}
