using DurableRouter.Core.Approvals;
using DurableRouter.Core.Errors;
using DurableRouter.Http.Access;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Approvals;

static class ApprovalHandlers
{
    const int DefaultTop = 100;

    /// <summary>Oldest first.</summary>
    public static async Task<IResult> List(HttpContext context)
    {
        var query = new Parameters(context);
        query.AllowOnly("status", "runId", "top");
        var statuses = query.Words<ApprovalStatus>("status");
        if (statuses.Count > 1)
        {
            query.Add("status", "must be one status");
        }

        var runId = query.Text("runId", 63);
        if (runId is not null && !Ids.IsValid(runId))
        {
            query.Add("runId", "must be a run's id");
        }

        var top = (int)(query.Integer("top", 1, 1000) ?? DefaultTop);
        query.ThrowIfAny();
        ApprovalStatus? status = statuses.Count == 1 ? statuses[0] : null;
        var records = await RouterApi.Of(context).Approvals.ListAsync(status, runId, top, context.RequestAborted);
        return JsonResult.Ok(records, static (json, records) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var record in records)
            {
                ApprovalJson.Write(json, record);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static async Task<IResult> Get(HttpContext context)
    {
        var record = await FindAsync(RouterApi.Of(context), Ids.FromRoute(context, "id"), context.RequestAborted);
        return JsonResult.Ok(record, ApprovalJson.Write);
    }

    /// <summary>The same decision by the same person again gets the same receipt.</summary>
    public static async Task<IResult> Decide(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var id = Ids.FromRoute(context, "id");
        var request = DecisionRequest.Read(await BodyReader.JsonAsync(context));

        // A record's facts never change under its id, so looking first can't be outrun.
        if (request.Digest is { } seen && seen != (await FindAsync(api, id, context.RequestAborted)).Digest)
        {
            throw new DurableRouterException(ErrorCodes.ApprovalForbidden,
                "The digest is not this approval's: what was seen is not what would be decided. Nothing was decided; read the approval again.");
        }

        var decided = await api.Decisions.DecideAsync(
            new DecideApproval(id, request.Decision, Caller.Of(context).Subject, request.Comment, request.Edits), context.RequestAborted);
        return JsonResult.Ok(decided, ApprovalJson.WriteReceipt);
    }

    static async Task<ApprovalRecord> FindAsync(RouterApi api, string id, CancellationToken cancellationToken) =>
        await api.Approvals.GetAsync(id, cancellationToken) ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound,
            $"No approval has the id {id}. GET /api/approvals?status=pending lists the open ones.");
}
