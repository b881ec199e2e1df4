using DurableRouter.Http.Access;
using DurableRouter.Http.Approvals;
using DurableRouter.Http.Events;
using DurableRouter.Http.Explain;
using DurableRouter.Http.Health;
using DurableRouter.Http.Ledger;
using DurableRouter.Http.Models;
using DurableRouter.Http.OpenApi;
using DurableRouter.Http.Pipelines;
using DurableRouter.Http.Runs;
using DurableRouter.Http.Stats;
using DurableRouter.Http.Webhooks;

namespace DurableRouter.Http.Endpoints;

/// <summary>The route table: the whole HTTP interface, the same on every host.</summary>
public static class Routes
{
    public static readonly ApiRoute StartPipelineRun =
        new("POST", "/api/pipelines/{name}/runs", ApiRole.Runner, "startPipelineRun", RunHandlers.StartPipeline);
    public static readonly ApiRoute StartRun = new("POST", "/api/runs", ApiRole.Runner, "startRun", RunHandlers.Start);
    public static readonly ApiRoute ListRuns = new("GET", "/api/runs", ApiRole.Viewer, "listRuns", RunHandlers.List);
    public static readonly ApiRoute GetRun = new("GET", "/api/runs/{id}", ApiRole.Viewer, "getRun", RunHandlers.Get);
    public static readonly ApiRoute DeleteRun = new("DELETE", "/api/runs/{id}", ApiRole.Admin, "deleteRun", RunControlHandlers.Delete);
    public static readonly ApiRoute RaiseEvent =
        new("POST", "/api/runs/{id}/raiseEvent/{name}", ApiRole.Runner, "raiseEvent", RunControlHandlers.RaiseEvent);
    public static readonly ApiRoute SuspendRun =
        new("POST", "/api/runs/{id}/suspend", ApiRole.Operator, "suspendRun", RunControlHandlers.Suspend);
    public static readonly ApiRoute ResumeRun =
        new("POST", "/api/runs/{id}/resume", ApiRole.Operator, "resumeRun", RunControlHandlers.Resume);
    public static readonly ApiRoute TerminateRun =
        new("POST", "/api/runs/{id}/terminate", ApiRole.Operator, "terminateRun", RunControlHandlers.Terminate);
    public static readonly ApiRoute GetRunLedger =
        new("GET", "/api/runs/{id}/ledger", ApiRole.Viewer, "getRunLedger", LedgerHandlers.Get);
    public static readonly ApiRoute GetRunEvents =
        new("GET", "/api/runs/{id}/events", ApiRole.Viewer, "getRunEvents", EventHandlers.Get);
    public static readonly ApiRoute ExplainRun =
        new("GET", "/api/runs/{id}/explain", ApiRole.Viewer, "explainRun", ExplainHandlers.Get);
    public static readonly ApiRoute ShowRunPage = new("GET", "/portal/runs/{id}", ApiRole.Viewer, "showRunPage", PortalAddress.Get);
    public static readonly ApiRoute ListApprovals =
        new("GET", "/api/approvals", ApiRole.Viewer, "listApprovals", ApprovalHandlers.List);
    public static readonly ApiRoute GetApproval =
        new("GET", "/api/approvals/{id}", ApiRole.Viewer, "getApproval", ApprovalHandlers.Get) { TakesLinks = true };
    public static readonly ApiRoute DecideApproval =
        new("POST", "/api/approvals/{id}/decision", ApiRole.Approver, "decideApproval", ApprovalHandlers.Decide) { TakesLinks = true };
    public static readonly ApiRoute CreateApprovalLink =
        new("POST", "/api/approvals/{id}/links", ApiRole.Admin, "createApprovalLink", ApprovalHandlers.CreateLink);
    public static readonly ApiRoute ShowApprovalPage = new("GET", "/approve/{id}", ApiRole.None, "showApprovalPage", ApprovalPage.Get);
    public static readonly ApiRoute DecideBySignedMessage =
        new("POST", "/api/webhooks/approvals", ApiRole.None, "decideBySignedMessage", WebhookHandlers.Decide);
    public static readonly ApiRoute ListPipelines =
        new("GET", "/api/pipelines", ApiRole.Viewer, "listPipelines", PipelineHandlers.List);
    public static readonly ApiRoute GetPipeline =
        new("GET", "/api/pipelines/{name}", ApiRole.Viewer, "getPipeline", PipelineHandlers.Get);
    public static readonly ApiRoute GetPipelineSchema =
        new("GET", "/api/pipelines/{name}/schema", ApiRole.Viewer, "getPipelineSchema", PipelineHandlers.Schema);
    public static readonly ApiRoute ValidatePipeline =
        new("POST", "/api/pipelines/validate", ApiRole.Viewer, "validatePipeline", PipelineValidation.Validate);
    public static readonly ApiRoute ListModels = new("GET", "/api/models", ApiRole.Viewer, "listModels", ModelHandlers.List);
    public static readonly ApiRoute GetCostStats = new("GET", "/api/stats/cost", ApiRole.Viewer, "getCostStats", StatsHandlers.Cost);
    public static readonly ApiRoute GetRoutingStats = new("GET", "/api/stats/routing", ApiRole.Viewer, "getRoutingStats", StatsHandlers.Routing);
    public static readonly ApiRoute GetOpenApi = new("GET", "/api/openapi.json", ApiRole.None, "getOpenApi", OpenApiHandlers.Get);
    public static readonly ApiRoute Healthz = new("GET", "/healthz", ApiRole.None, "healthz", HealthHandlers.Live);
    public static readonly ApiRoute Readyz = new("GET", "/readyz", ApiRole.None, "readyz", HealthHandlers.Ready);

    public static readonly IReadOnlyList<ApiRoute> All =
    [
        StartPipelineRun, StartRun, ListRuns, GetRun, DeleteRun, RaiseEvent, SuspendRun, ResumeRun, TerminateRun, GetRunEvents, GetRunLedger,
        ExplainRun, ShowRunPage, ListApprovals, GetApproval, DecideApproval, CreateApprovalLink, ShowApprovalPage, DecideBySignedMessage,
        ListPipelines, GetPipeline, GetPipelineSchema, ValidatePipeline, ListModels, GetCostStats, GetRoutingStats, GetOpenApi, Healthz, Readyz,
    ];

    /// <summary>What takes every other request.</summary>
    public static readonly UnknownRoute Unknown = new(All);
}
