using DurableRouter.Core.Ledger;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Stats;

static class StatsHandlers
{
    public static async Task<IResult> Cost(HttpContext context)
    {
        var parameters = new Parameters(context);
        parameters.AllowOnly("from", "to", "groupBy");
        var (from, to) = (parameters.Time("from"), parameters.Time("to"));
        var words = parameters.Words<CostGrouping>("groupBy");
        if (words.Count > 1)
        {
            parameters.Add("groupBy", "must be given once");
        }

        parameters.ThrowIfAny();
        var grouping = words is [var one] ? one : CostGrouping.Model;
        var groups = await RouterApi.Of(context).Ledger.CostAsync(from, to, grouping, context.RequestAborted);
        return JsonResult.Ok(new CostStats(grouping, groups), StatsJson.Write);
    }

    public static async Task<IResult> Routing(HttpContext context)
    {
        var parameters = new Parameters(context);
        parameters.AllowOnly("from", "to");
        var (from, to) = (parameters.Time("from"), parameters.Time("to"));
        parameters.ThrowIfAny();
        return JsonResult.Ok(await RouterApi.Of(context).Ledger.RoutingAsync(from, to, context.RequestAborted), StatsJson.Write);
    }
}
