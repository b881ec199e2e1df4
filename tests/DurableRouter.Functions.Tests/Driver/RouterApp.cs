using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using DurableRouter.Core.Workflow;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Tests.Memory;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>The whole durable side with the router's workflow, its activities behind their functions, and scripted models.</summary>
sealed class RouterApp : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <param name="stores">Null: in memory.</param>
    /// <param name="dayBudget">Null: the pipeline's.</param>
    public RouterApp(TestPipeline pipeline, AppStores? stores = null, IDayBudget? dayBudget = null)
    {
        Pipeline = pipeline;
        Approvals = new MemoryApprovals(() => Engine!.Runs);
        Engine = new FunctionsEngine(new RouterWorkflow(pipeline), engine =>
            RouterActivities.Create(pipeline, pipeline.Models, Approvals, dayBudget ?? pipeline.DayBudget, new ModelHealth(engine.Clock),
                tools: pipeline.Tools?.Client), stores: stores);
    }

    public TestPipeline Pipeline { get; }

    public MemoryApprovals Approvals { get; }

    public FunctionsEngine Engine { get; }

    public RunSweep Sweep => new(Engine.Runs, Engine.Endings, Engine.Activities, Engine.Index, Approvals, Approvals, Engine.TaskHub, Engine.Clock);

    public ApprovalDecisions Decisions => new(Approvals, Pipeline, Engine.Content, Engine.Clock);

    public static StartRun Request(string runId, IdempotencyClaim? key = null)
    {
        var text = FieldValues.Inline(JsonElement.Parse(JsonSerializer.Serialize(TestPipeline.Text, CoreJson.Default.String)));
        var input = new RunInput(1, "document", "definition-1", new Dictionary<string, FieldValue> { ["text"] = text }, null, null, "alice");
        return new StartRun(runId, RouterWorkflow.PersistedName, input, new RunIndexEntry("document", new Dictionary<string, string>(), "alice"), [], key);
    }

    public Task<StartedRun> StartAsync(string runId = "run-01") => Engine.Runs.StartAsync(Request(runId), CancellationToken.None);

    /// <summary>Waits until the run has ended or waits for a person.</summary>
    public async Task<RunSnapshot> RestAsync(string runId = "run-01") => (await Engine.Runs.WaitAsync(runId, Patience, CancellationToken.None))!;

    public async Task<RunSnapshot> NowAsync(string runId = "run-01") => (await Engine.Runs.GetAsync(runId, CancellationToken.None))!;

    public Task DecideAsync(ApprovalStatus decision) => Decisions.DecideAsync(
        new DecideApproval(Approvals.All.Single(r => r.Status == ApprovalStatus.Pending).Id, decision, Approver.Local("bob")), CancellationToken.None);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
