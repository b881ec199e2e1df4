using DurableRouter.Core.Approvals;
using DurableRouter.Http.Approvals;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Webhooks;

/// <summary>Decisions that arrive as signed messages.</summary>
static class WebhookHandlers
{
    /// <summary>The body names <c>approval</c>, <c>digest</c> and <c>subject</c> beside a decision's own members. A message that was acted on
    /// before is answered without acting.</summary>
    public static async Task<IResult> Decide(HttpContext context)
    {
        var api = RouterApi.Of(context);
        var (message, body) = await BodyReader.ReadAsync(context, bytes =>
        {
            var signed = (api.Inbox ?? throw Unconfigured()).Verify(context.Request.Headers, bytes);
            return (signed, StrictJson.Parse(bytes));
        });
        if (await api.Approvals.KnowsMessageAsync(message.Id, context.RequestAborted))
        {
            return Results.NoContent();
        }

        var decision = DecisionRequest.ReadSigned(body);
        await api.Decisions.DecideAsync(new DecideApproval(decision.Approval, decision.Request.Decision, message.Approver(decision.Subject),
            decision.Request.Comment, decision.Request.Edits, decision.Request.Digest), context.RequestAborted);

        // After the decision: a message whose answer was lost in between is repeated, and finds its own vote.
        await api.Approvals.RememberMessageAsync(message.Id, api.Clock.GetUtcNow(), context.RequestAborted);
        return Results.NoContent();
    }

    static RefusedException Unconfigured() => new(HttpCodes.WebhookUnverified,
        "This host knows no source of signed messages: approvals.in of webhooks.yaml names them. Nothing was decided.");
}
