using DurableRouter.Functions.Durable;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Http;

/// <summary>Approvals, for people and for other systems.</summary>
public sealed class ApprovalFunctions(TaskHub hub)
{
    [Function("ListApprovals")]
    public IResult ListApprovals([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/approvals")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.ListApprovals);

    [Function("GetApproval")]
    public IResult GetApproval([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/approvals/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.GetApproval);

    [Function("DecideApproval")]
    public IResult DecideApproval([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/approvals/{id}/decision")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.DecideApproval);

    [Function("CreateApprovalLink")]
    public IResult CreateApprovalLink([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/approvals/{id}/links")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.CreateApprovalLink);

    [Function("ShowApprovalPage")]
    public IResult ShowApprovalPage([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "approve/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.ShowApprovalPage);

    [Function("DecideBySignedMessage")]
    public IResult DecideBySignedMessage([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/webhooks/approvals")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.DecideBySignedMessage);
}
