using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Runs;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Ledger;

static class LedgerHandlers
{
    public static async Task<IResult> Get(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var runId = Ids.RunId(context);
        var attempts = await api.Ledger.AttemptsAsync(runId, context.RequestAborted);

        // The ledger outlives the run, so rows alone are an answer.
        if (attempts.Count == 0 && await api.Runs.GetAsync(runId, context.RequestAborted) is null)
        {
            throw RunHandlers.NotFound(runId);
        }

        var ledger = new RunLedger(runId, attempts, await api.Ledger.RunAsync(runId, context.RequestAborted));
        return JsonResult.Ok(ledger, LedgerJson.Write);
    }
}
