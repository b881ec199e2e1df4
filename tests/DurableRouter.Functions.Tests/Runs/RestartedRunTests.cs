using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using DurableRouter.Core.Workflow;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Tests.Shared;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Runs;

/// <summary>Orchestrations that were not started by us: Durable's own restart and rewind.</summary>
public sealed class RestartedRunTests
{
    [Fact]
    public async Task Restart_BecomesARunOfItsOwn_BeforeItsFirstCall()
    {
        await using var app = new RouterApp(new TestPipeline());
        await app.Engine.Runs.StartAsync(RouterApp.Request("run-01") with { Index = new("document", new Dictionary<string, string> { ["team"] = "claims" }, "alice") }, default);
        await app.RestAsync();

        var id = await app.Engine.Hub.RestartAsync("run-01", restartWithNewInstanceId: true);
        var run = await CompleteAsync(app.Engine, id);

        Assert.Equal(RuntimeStatus.Completed, run.Status);
        Assert.Equal(("document", "alice", "run-01", "claims"), (run.Index.Pipeline, run.Index.Requester, run.Index.Tags["restartedFrom"], run.Index.Tags["team"]));
        var rows = await app.Engine.Ledger.AttemptsAsync(id, default);
        Assert.Equal(["classify", "extract", "reason", "verify"], rows.Select(r => r.Step));
        Assert.Equal(rows.Sum(r => r.CostUsd), (await app.Engine.Ledger.RunAsync(id, default))!.TotalUsd);
        var kinds = (await app.Engine.Runs.HistoryAsync(id, 0, default)).Select(e => e.Kind).ToList();
        Assert.Equal((HistoryKinds.RunStarted, HistoryKinds.RunCompleted), (kinds[0], kinds[^1]));
        Assert.Equal([id, "run-01"], (await app.Engine.Runs.ListAsync(new RunQuery([], null, null, null, null, 10, null), default)).Runs.Select(r => r.RunId));
        Assert.Equal(4, (await app.Engine.Ledger.AttemptsAsync("run-01", default)).Count);
    }

    /// <summary>Who schedules an instance by hand says nothing of where it comes from.</summary>
    [Fact]
    public async Task InstanceOfUnknownOrigin_IsAdoptedToo()
    {
        await using var app = new RouterApp(new TestPipeline());
        var input = JsonSerializer.SerializeToElement((RunInput)RouterApp.Request("x").Input, CoreJson.Default.RunInput);
        await app.Engine.Hub.ScheduleNewOrchestrationInstanceAsync(RouterWorkflow.PersistedName, input, new StartOrchestrationOptions("by-hand") { Version = new("3.0") });

        var run = await CompleteAsync(app.Engine, "by-hand");

        Assert.Equal((RuntimeStatus.Completed, "unknown"), (run.Status, run.Index.Tags["restartedFrom"]));
    }

    /// <summary>Its input is the first run's, and goes with none of them as long as the other needs it.</summary>
    [Fact]
    public async Task Restart_KeepsTheInput_WhenTheFirstRunIsPurged()
    {
        await using var app = new RouterApp(new TestPipeline());
        var (text, item) = FieldValues.Create(JsonElement.Parse(JsonSerializer.Serialize(TestPipeline.Text + new string(' ', 2000), CoreJson.Default.String)));
        var request = RouterApp.Request("run-01");
        await app.Engine.Runs.StartAsync(request with
        {
            Input = (RunInput)request.Input with { Input = new Dictionary<string, FieldValue> { ["text"] = text } },
            Content = [item!],
        }, default);
        await CompleteAsync(app.Engine, "run-01");
        var id = await app.Engine.Hub.RestartAsync("run-01", restartWithNewInstanceId: true);
        await CompleteAsync(app.Engine, id);

        await app.Engine.Runs.PurgeAsync("run-01", default);
        Assert.False((await app.Engine.Content.GetAsync(text.Sha256!, default)).IsEmpty);
        await app.Engine.Runs.PurgeAsync(id, default);

        await Assert.ThrowsAsync<DurableRouterException>(async () => await app.Engine.Content.GetAsync(text.Sha256!, default));
    }

    /// <summary>The end that a broken deployment left is taken back when the run is rewound under a sound one.</summary>
    [Fact]
    public async Task Rewound_GoesOn_AndCallsNothingAgain()
    {
        var probe = new Probe();
        await using var engine = await FailedAsync(probe);

        await engine.KillAndRestartAsync(Sound(Probe.Call));
        await engine.Hub.RewindInstanceAsync("run-1", "the code is sound again");
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await engine.Runs.RaiseEventAsync("run-1", "go on", "e2", null, default);
        var run = await CompleteAsync(engine, "run-1");

        Assert.Equal((RuntimeStatus.Completed, 1), (run.Status, (await engine.Index.GetAsync("run-1", default))!.Reopened));
        Assert.Equal(["first", "second"], probe.Called);
        Assert.Equal(2, (await engine.Ledger.AttemptsAsync("run-1", default)).Count(r => r.Outcome == AttemptOutcome.Ok));
        var kinds = (await engine.Runs.HistoryAsync("run-1", 0, default)).Select(e => e.Kind).Where(k => k.StartsWith("run.", StringComparison.Ordinal));
        Assert.Equal([HistoryKinds.RunStarted, HistoryKinds.RunFailed, HistoryKinds.RunReopened, HistoryKinds.RunCompleted], kinds);
    }

    /// <summary>The same where the next thing that happens is a call and not somebody's event.</summary>
    [Fact]
    public async Task Rewound_WhoseEventHasCome_IsReopenedByItsNextCall()
    {
        var probe = new Probe();
        await using var engine = await FailedAsync(probe);

        await engine.KillAndRestartAsync(Sound(Probe.Call));
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await engine.Hub.RewindInstanceAsync("run-1", "the code is sound again");
        await engine.Hub.RaiseEventAsync("run-1", "go on", new { id = "e2" });
        var run = await CompleteAsync(engine, "run-1");

        Assert.Equal((RuntimeStatus.Completed, 1), (run.Status, (await engine.Index.GetAsync("run-1", default))!.Reopened));
        Assert.Equal(["first", "second"], probe.Called);
    }

    /// <summary>Attempts are booked under the run's id, so a second run under it would take the first one's answers for its own.</summary>
    [Fact]
    public async Task RestartUnderTheSameId_IsRefused_AndTheRunStaysAsItEnded()
    {
        await using var app = new RouterApp(new TestPipeline());
        await app.StartAsync();
        var ended = await app.RestAsync();
        app.Engine.Clock.Advance(TimeSpan.FromMinutes(1));
        var history = await app.Engine.Runs.HistoryAsync("run-01", 0, default);

        await app.Engine.Hub.RestartAsync("run-01", restartWithNewInstanceId: false);
        await Poll.UntilAsync(() => Task.FromResult(app.Engine.Instance("run-01").IsCompleted), TimeSpan.FromMinutes(1), default);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, app.Engine.Instance("run-01").Status);
        Assert.Contains("new id", app.Engine.Instance("run-01").Failure!.ErrorMessage);
        Assert.Equal((RuntimeStatus.Completed, ended.Output!.Value.GetRawText()), ((await app.RestAsync()).Status, (await app.RestAsync()).Output!.Value.GetRawText()));
        Assert.Equal(4, (await app.Engine.Ledger.AttemptsAsync("run-01", default)).Count);
        Assert.Equal(history.Count, (await app.Engine.Runs.HistoryAsync("run-01", 0, default)).Count);
    }

    /// <summary>A call that comes back while the stop is on its way must not bring the run to life.</summary>
    [Fact]
    public async Task RunThatIsBeingTerminated_IsNotReopened()
    {
        await using var app = new RouterApp(new TestPipeline());
        await app.StartAsync();
        await app.RestAsync();
        await app.Engine.Index.UpdateAsync((await app.Engine.Index.GetAsync("run-01", default))! with
        {
            End = new(RuntimeStatus.Terminated, app.Engine.Clock.GetUtcNow(), null, RunSnapshots.Terminated("enough")),
        }, default);

        var answer = await app.Engine.Adoption.AdoptAsync(Claim("run-01", app.Engine.Clock.GetUtcNow().AddMinutes(-1)), app.Engine.Hub, default);

        Assert.Equal("ended", answer);
        Assert.Equal(RuntimeStatus.Terminated, (await app.RestAsync()).Status);
    }

    [Fact]
    public async Task AdoptionThatIsDeliveredAgain_AddsNothing()
    {
        await using var app = new RouterApp(new TestPipeline());
        var claim = Claim("by-hand", app.Engine.Clock.GetUtcNow());

        Assert.Equal("open", await app.Engine.Adoption.AdoptAsync(claim, app.Engine.Hub, default));
        Assert.Equal("open", await app.Engine.Adoption.AdoptAsync(claim, app.Engine.Hub, default));

        Assert.Single(await app.Engine.Runs.HistoryAsync("by-hand", 0, default));
    }

    /// <summary>Each of several branches is refused, and each asks.</summary>
    [Fact]
    public async Task ActivityOfAnUnknownRun_CallsNothing()
    {
        var probe = new Probe();
        await using var engine = new FunctionsEngine(Sound(Probe.Call), _ => probe.Activities);
        var call = new ActivityCall(2, "nobody", 1, JsonSerializer.SerializeToElement(new Note("x"), ConformanceJson.Default.Note));

        var refused = await Assert.ThrowsAsync<RunNotOpenException>(() => engine.Activities.RunAsync("Call", call, default));

        Assert.Equal(ErrorCodes.RunNotFound, refused.Code);
        Assert.Empty(probe.Called);
    }

    static AdoptRun Claim(string runId, DateTimeOffset startedAt) => new(1, runId, RouterWorkflow.PersistedName, 3, startedAt, "document", "alice", []);

    static async Task<RunSnapshot> CompleteAsync(FunctionsEngine engine, string runId)
    {
        await Poll.UntilAsync(async () => (await engine.Index.GetAsync(runId, default))?.End?.Status == RuntimeStatus.Completed, TimeSpan.FromSeconds(90), default);
        return (await engine.Runs.GetAsync(runId, default))!;
    }

    /// <summary>A run that has made its first call, waits for an event, and fails when it comes, because a release can't read its input.</summary>
    static async Task<FunctionsEngine> FailedAsync(Probe probe)
    {
        var engine = new FunctionsEngine(Sound(Probe.Call), _ => probe.Activities);
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), default);
        await engine.Runs.WaitAsync("run-1", TimeSpan.FromSeconds(90), default);
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await engine.KillAndRestartAsync(new MisreadsInputs(Sound(Probe.Call), typeof(Probe).Assembly.Location));
        await engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, default);
        Assert.Equal(RuntimeStatus.Failed, (await engine.Runs.WaitAsync("run-1", TimeSpan.FromSeconds(90), default))!.Status);
        return engine;
    }

    static DelegateWorkflow Sound(ActivityDefinition<Note, Note> first) => new(async (context, _) =>
    {
        await context.CallActivityAsync(first, new Note("first"));
        context.SetStatus(new RunProgress("waiting", "0/0", "answer", 0, null));
        await context.WaitForEventAsync("go on", null);
        return await context.CallActivityAsync(Probe.Call, new Note("second"));
    });
}
