using System.Collections.Frozen;
using DurableRouter.Http.Endpoints;

namespace DurableRouter.Http.OpenApi;

/// <summary>The description of every route. A test holds it against the route table.</summary>
static class Operations
{
    static readonly Parameter IdempotencyKey =
        new("Idempotency-Key", "header", "string", "1 to 255 visible ASCII characters; the same key and request are the same effect.");
    static readonly Parameter Reason = new("reason", "query", "string", "Why, for the record.");
    static readonly Parameter From = new("from", "query", "string", "Attempts that started at or after, ISO 8601.");
    static readonly Parameter To = new("to", "query", "string", "Attempts that started before, ISO 8601.");
    static readonly int[] StartErrors = [400, 404, 413, 415, 422, 429, 503, 507];

    static readonly Parameter[] StartHeaders =
    [
        IdempotencyKey,
        new("Prefer", "header", "string", "wait=SECONDS, up to 60: answer 200 with the run if it ends within them."),
    ];

    public static readonly FrozenDictionary<string, Operation> ByName = new Dictionary<string, Operation>
    {
        [Routes.StartPipelineRun.Name] = new("Start a run of a pipeline", [(202, "RunLinks"), (200, "Run")], StartErrors)
        {
            Body = "StartPipelineRun",
            Parameters = StartHeaders,
        },
        [Routes.StartRun.Name] = new("Start a run of the pipeline that the body names", [(202, "RunLinks"), (200, "Run")], StartErrors)
        {
            Body = "StartRun",
            Parameters = StartHeaders,
        },
        [Routes.ListRuns.Name] = new("List runs, newest first", [(200, "RunList")], [400])
        {
            Parameters =
            [
                new("runtimeStatus", "query", "string", "Statuses, separated by commas."),
                new("pipeline", "query", "string", "A pipeline's name."),
                new("tag", "query", "string", "name:value or name."),
                new("createdTimeFrom", "query", "string", "Started at or after, ISO 8601."),
                new("createdTimeTo", "query", "string", "Started before, ISO 8601."),
                new("top", "query", "integer", "Runs per page, 1 to 1000; default 100."),
                new("continuationToken", "query", "string", "From the page before; also as header x-ms-continuation-token."),
            ],
        },
        [Routes.GetRun.Name] = new("Get a run", [(200, "Run"), (202, "Run"), (304, null)], [400, 404])
        {
            Parameters =
            [
                new("showInput", "query", "boolean", "With the run's input."),
                new("showHistory", "query", "boolean", "With the run's history."),
                new("showHistoryOutput", "query", "boolean", "With the values in the history."),
                new("If-None-Match", "header", "string", "An ETag: 304 while nothing has changed."),
            ],
        },
        [Routes.DeleteRun.Name] = new("Delete a finished run's history and content; its ledger stays", [(200, "Deleted")], [400, 404, 409]),
        [Routes.RaiseEvent.Name] = new("Send an event into a run", [(202, "RunId")], [400, 404, 410, 413, 415])
        {
            Body = "AnyValue",
            Parameters = [IdempotencyKey],
        },
        [Routes.SuspendRun.Name] = new("Suspend a run", [(202, "RunId")], [400, 404, 410])
        {
            Parameters = [Reason],
        },
        [Routes.ResumeRun.Name] = new("Resume a run that is suspended or needs attention", [(202, "RunId")], [400, 404, 410])
        {
            Parameters = [Reason],
        },
        [Routes.TerminateRun.Name] = new("Terminate a run", [(202, "RunId")], [400, 404, 410])
        {
            Parameters = [Reason],
        },
        [Routes.GetRunEvents.Name] = new("Follow a run: server-sent events or a list, by Accept", [(200, "EventList")], [400, 404, 406])
        {
            Parameters =
            [
                new("after", "query", "string", "The id of the last event seen."),
                new("Last-Event-ID", "header", "string", "The same for a stream."),
            ],
        },
        [Routes.GetRunLedger.Name] = new("Get a run's attempts, totals and baseline", [(200, "Ledger")], [400, 404]),
        [Routes.ExplainRun.Name] = new("Explain why each step went to which model", [(200, "Explanation")], [400, 404]),
        [Routes.ShowRunPage.Name] = new("Go from a run's address for people to its status", [(302, null)], [400]),
        [Routes.ListApprovals.Name] = new("List approvals, oldest first", [(200, "ApprovalList")], [400])
        {
            Parameters =
            [
                new("status", "query", "string", "pending, approved, rejected, changesRequested, expired or withdrawn."),
                new("runId", "query", "string", "Only of this run."),
                new("top", "query", "integer", "1 to 1000; default 100."),
            ],
        },
        [Routes.GetApproval.Name] = new("Get an approval and the facts that its decision binds to", [(200, "Approval")], [400, 404]),
        [Routes.DecideApproval.Name] = new("Decide an approval", [(200, "Receipt")], [400, 404, 409, 410, 413, 415, 422])
        {
            Body = "Decision",
        },
        [Routes.CreateApprovalLink.Name] = new("Make a one-time link for a named person", [(200, "ApprovalLink")], [400, 404, 409, 413, 415])
        {
            Body = "ApprovalLinkRequest",
        },
        [Routes.ShowApprovalPage.Name] = new("The page that a one-time link opens (HTML); it decides nothing by itself", [(200, null)], [400]),
        [Routes.DecideBySignedMessage.Name] = new("Decide an approval by a message with Standard Webhooks headers", [(204, null)], [400, 401, 403, 404, 409, 410, 413, 422])
        {
            Body = "SignedDecision",
            Parameters =
            [
                new("webhook-id", "header", "string", "The message's id; one that was acted on is answered without acting again."),
                new("webhook-timestamp", "header", "string", "Unix seconds, at most 5 minutes off."),
                new("webhook-signature", "header", "string", "v1,BASE64 of HMAC-SHA256 over ID.TIMESTAMP.BODY; several are separated by spaces."),
            ],
        },
        [Routes.ListPipelines.Name] = new("List pipelines", [(200, "PipelineList")], []),
        [Routes.GetPipeline.Name] = new("Get a pipeline's definition", [(200, "Pipeline")], [400, 404]),
        [Routes.GetPipelineSchema.Name] = new("Get the JSON Schema of a pipeline's input", [(200, "AnyValue")], [400, 404]),
        [Routes.ValidatePipeline.Name] = new("Check a pipeline's text without adding it", [(200, "Validation")], [400, 413, 415, 503]) { Body = "ValidatePipeline" },
        [Routes.ListModels.Name] = new("List the models that may be called", [(200, "ModelList")], []),
        [Routes.GetCostStats.Name] = new("Sum what was spent", [(200, "CostStats")], [400])
        {
            Parameters = [From, To, new("groupBy", "query", "string", "day, model, pipeline, step or tier; default model.")],
        },
        [Routes.GetRoutingStats.Name] = new("Count how routing turned out", [(200, "RoutingStats")], [400]) { Parameters = [From, To] },
        [Routes.GetOpenApi.Name] = new("Get this description", [(200, "AnyValue")], []),
        [Routes.Healthz.Name] = new("The process answers", [(200, "Status")], []),
        [Routes.Readyz.Name] = new("The host may get traffic", [(200, "Status")], [503]),
    }.ToFrozenDictionary();
}
