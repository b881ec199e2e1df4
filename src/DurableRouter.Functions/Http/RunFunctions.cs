using DurableRouter.Functions.Durable;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Http;

/// <summary>Starts, reads and steers runs. Each function answers with its row of the route table, which guards itself.</summary>
public sealed class RunFunctions(TaskHub hub)
{
    [Function("StartPipelineRun")]
    public IResult StartPipelineRun([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/pipelines/{name}/runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.StartPipelineRun);

    [Function("StartRun")]
    public IResult StartRun([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.StartRun);

    [Function("ListRuns")]
    public IResult ListRuns([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.ListRuns);

    [Function("GetRun")]
    public IResult GetRun([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/runs/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.GetRun);

    [Function("DeleteRun")]
    public IResult DeleteRun([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/runs/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.DeleteRun);

    [Function("RaiseEvent")]
    public IResult RaiseEvent([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/runs/{id}/raiseEvent/{name}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.RaiseEvent);

    [Function("SuspendRun")]
    public IResult SuspendRun([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/runs/{id}/suspend")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.SuspendRun);

    [Function("ResumeRun")]
    public IResult ResumeRun([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/runs/{id}/resume")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.ResumeRun);

    [Function("TerminateRun")]
    public IResult TerminateRun([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/runs/{id}/terminate")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.TerminateRun);

    [Function("GetRunLedger")]
    public IResult GetRunLedger([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/runs/{id}/ledger")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.GetRunLedger);

    [Function("GetRunEvents")]
    public IResult GetRunEvents([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/runs/{id}/events")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.GetRunEvents);

    [Function("ExplainRun")]
    public IResult ExplainRun([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/runs/{id}/explain")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.ExplainRun);

    [Function("ShowRunPage")]
    public IResult ShowRunPage([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "portal/runs/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => hub.With(client, Routes.ShowRunPage);
}
