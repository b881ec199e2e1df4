using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Runs;

static class RunControlHandlers
{
    const int MaxReason = 512;

    /// <summary>Adds an event to the run's inbox. With an <c>Idempotency-Key</c> a repetition adds nothing.</summary>
    public static async Task<IResult> RaiseEvent(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var runId = Ids.RunId(context);
        var name = EventName(context);
        var id = StartHeaders.IdempotencyKey(context) ?? "evt-" + Guid.CreateVersion7(api.Clock.GetUtcNow());
        var payload = await BodyReader.OptionalJsonAsync(context);
        await api.Runs.RaiseEventAsync(runId, name, id, payload, context.RequestAborted);
        return Accepted(runId);
    }

    public static Task<IResult> Suspend(HttpContext context) =>
        SteerAsync(context, static (runs, id, reason, token) => runs.SuspendAsync(id, reason, token));

    public static Task<IResult> Resume(HttpContext context) =>
        SteerAsync(context, static (runs, id, reason, token) => runs.ResumeAsync(id, reason, token));

    /// <summary>Ends a run, and with it what it asks.</summary>
    public static async Task<IResult> Terminate(HttpContext context)
    {
        var accepted = await SteerAsync(context, static (runs, id, reason, token) => runs.TerminateAsync(id, reason, token));
        await ApprovalWithdrawal.WithdrawAsync(RouterApi.Of(context).Approvals, Ids.RunId(context), context.RequestAborted);
        return accepted;
    }

    /// <summary>Removes history and content; the ledger's rows stay.</summary>
    public static async Task<IResult> Delete(HttpContext context)
    {
        await RouterApi.Of(context).Runs.PurgeAsync(Ids.RunId(context), context.RequestAborted);
        return JsonResult.Ok(1, static (json, count) =>
        {
            json.WriteStartObject();
            json.WriteNumber("instancesDeleted", count);
            json.WriteEndObject();
        });
    }

    static async Task<IResult> SteerAsync(HttpContext context, Func<IRunClient, string, string?, CancellationToken, Task> steer)
    {
        var runId = Ids.RunId(context);
        var query = new Parameters(context);
        var reason = query.Text("reason", MaxReason);
        query.ThrowIfAny();
        await steer(RouterApi.Of(context).Runs, runId, reason, context.RequestAborted);
        return Accepted(runId);
    }

    static string EventName(HttpContext context)
    {
        // Clients may send the colon as %3A; the server has already decoded it.
        if (context.Request.RouteValues["name"] is not string name || !Ids.IsEventName(name))
        {
            throw new RefusedException(HttpCodes.IdInvalid,
                "An event's name has 1 to 128 letters, digits and the characters : . _ -. Nothing was kept.");
        }

        if (name == EventNames.Resume || name.StartsWith(EventNames.Approval(""), StringComparison.Ordinal))
        {
            throw new RefusedException(HttpCodes.EventReserved,
                $"The event {name} belongs to the host. Nothing was kept; use POST /api/runs/ID/resume or POST /api/approvals/ID/decision.");
        }

        return name;
    }

    static IResult Accepted(string runId) => JsonResult.Of(StatusCodes.Status202Accepted, runId, static (json, id) =>
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteEndObject();
    });
}
