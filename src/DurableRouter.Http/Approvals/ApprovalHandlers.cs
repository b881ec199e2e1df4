using DurableRouter.Core.Approvals;
using DurableRouter.Core.Messages;
using DurableRouter.Http.Access;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Runs;
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
        var record = await FindAsync(context);
        if (Caller.Of(context).Link is { } link && link.Digest != record.Digest)
        {
            throw LinkCallers.Elsewhere();
        }

        return JsonResult.Ok(record, ApprovalJson.Write);
    }

    /// <summary>The same decision by the same person again gets the same receipt.</summary>
    public static async Task<IResult> Decide(HttpContext context)
    {
        var request = DecisionRequest.Read(await BodyReader.JsonAsync(context));
        var caller = Caller.Of(context);
        if (caller.Link is { } link && request.Digest is { } seen && seen != link.Digest)
        {
            throw LinkCallers.Elsewhere();
        }

        var decided = await RouterApi.Of(context).Decisions.DecideAsync(new DecideApproval(Ids.FromRoute(context, "id"), request.Decision,
            caller.Approver, request.Comment, request.Edits, caller.Link?.Digest ?? request.Digest), context.RequestAborted);
        return JsonResult.Ok(decided, ApprovalJson.WriteReceipt);
    }

    /// <summary>A one-time link for a named person, who then decides as that person.</summary>
    public static async Task<IResult> CreateLink(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var subject = LinkRequest.Read(await BodyReader.JsonAsync(context));
        var record = await FindAsync(context);
        if (record.Status != ApprovalStatus.Pending)
        {
            throw ApprovalLinkJson.Closed(record);
        }

        var token = await api.Links.CreateAsync(record, subject, context.RequestAborted);
        var url = ApprovalLinks.Url(RunLinks.BaseUrl(context), record.Id, token);
        return JsonResult.Ok(new MadeLink(record, subject, url), ApprovalLinkJson.Write);
    }

    static async Task<ApprovalRecord> FindAsync(HttpContext context)
    {
        var id = Ids.FromRoute(context, "id");
        return await RouterApi.Of(context).Approvals.GetAsync(id, context.RequestAborted) ?? throw ApprovalDecisions.NotFound(id);
    }
}
