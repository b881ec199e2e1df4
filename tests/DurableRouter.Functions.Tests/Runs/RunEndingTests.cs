using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Tests.Shared;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Runs;

public sealed class RunEndingTests
{
    [Fact]
    public async Task CodeThatLeavesItsHistory_EndsFailed_WithTheWayToStartItAgain()
    {
        var probe = new Probe();
        await using var engine = await WaitingAsync(probe, Probe.Work);

        await engine.KillAndRestartAsync(Waiting(Probe.Call));
        await engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, CancellationToken.None);
        var run = (await engine.Runs.WaitAsync("run-1", TimeSpan.FromSeconds(90), CancellationToken.None))!;

        Assert.Equal((RuntimeStatus.Failed, ErrorCodes.NonDeterminism), (run.Status, run.Error!.Code));
        Assert.Contains("Work", run.Error.Message);
        Assert.Contains("POST /api/pipelines/conformance/runs", run.Error.Message);
        Assert.Equal(HistoryKinds.RunFailed, (await engine.Runs.HistoryAsync("run-1", 0, CancellationToken.None))[^1].Kind);
        Assert.Single((await engine.Runs.ListAsync(new RunQuery([RuntimeStatus.Failed], null, null, null, null, 10, null), CancellationToken.None)).Runs);
    }

    [Fact]
    public async Task InstanceThatWasTerminatedInTheTaskHub_IsSettledByTheSweep()
    {
        await using var app = new RouterApp(WaitingPipeline());
        await app.StartAsync();
        await app.RestAsync();
        await app.Engine.Hub.TerminateInstanceAsync("run-01", new TerminateInstanceOptions("by the portal"));
        app.Engine.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(1, await app.Sweep.SettleAsync(CancellationToken.None));

        var end = (await app.Engine.Index.GetAsync("run-01", CancellationToken.None))!.End!;
        Assert.Equal((RuntimeStatus.Terminated, "by the portal"), (end.Status, end.Error!.Message));
        Assert.Equal(ApprovalStatus.Pending, Assert.Single(app.Approvals.All).Status);
        await app.Sweep.SettleAsync(CancellationToken.None);
        Assert.Equal(ApprovalStatus.Withdrawn, Assert.Single(app.Approvals.All).Status);
        app.Engine.Clock.Advance(TimeSpan.FromMinutes(16));
        await app.Sweep.SettleAsync(CancellationToken.None);
        Assert.Equal(0, await app.Sweep.SettleAsync(CancellationToken.None));
    }

    [Fact]
    public async Task FirstEnd_Stands_WhateverComesLater()
    {
        await using var app = new RouterApp(WaitingPipeline());
        await app.StartAsync();
        await app.RestAsync();
        await app.Engine.Runs.TerminateAsync("run-01", "enough", CancellationToken.None);

        var late = """{"schemaVersion":1,"runId":"run-01","status":"Completed","at":"2026-01-15T10:00:00+00:00","output":{"outcome":"completed"}}""";
        var stands = await app.Engine.Endings.FinishAsync(JsonSerializer.Deserialize<FinishRun>(late)!, CancellationToken.None);

        Assert.Equal("Terminated", stands);
        Assert.Equal(RuntimeStatus.Terminated, (await app.RestAsync()).Status);
        Assert.Null(await app.Engine.Ledger.RunAsync("run-01", CancellationToken.None));
    }

    /// <summary>The run's last activity writes the end that callers see; the task hub follows.</summary>
    [Fact]
    public async Task Purge_OfAnEndThatTheTaskHubHasYetToFollow_WaitsForIt()
    {
        await using var app = new RouterApp(WaitingPipeline());
        await app.StartAsync();
        await app.RestAsync();
        await app.Engine.Endings.EndAsync("run-01", new RunEnding(RuntimeStatus.Completed, app.Engine.Clock.GetUtcNow(), null, null), CancellationToken.None);

        var purge = app.Engine.Runs.PurgeAsync("run-01", CancellationToken.None);
        await app.Engine.Hub.TerminateInstanceAsync("run-01");
        await purge;

        Assert.Null(await app.Engine.Runs.GetAsync("run-01", CancellationToken.None));
    }

    [Fact]
    public async Task FailedRun_KeepsItsOutputAndItsError()
    {
        var pipeline = new TestPipeline();
        foreach (var model in new[] { "small", "small-b", "middle", "large" })
        {
            pipeline.Models.Then(model, "extract", [.. Enumerable.Repeat(ScriptedReply.Fails(FailureCodes.BadRequest), 4)]);
        }

        await using var app = new RouterApp(pipeline);
        await app.StartAsync();

        var run = await app.RestAsync();

        Assert.Equal(RuntimeStatus.Failed, run.Status);
        Assert.Equal("failed", run.Output!.Value.GetProperty("outcome").GetString());
        Assert.Equal(FailureCodes.ChainExhausted, run.Error!.Code);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, await HubStatusAsync(app.Engine, "run-01"));
    }

    [Fact]
    public async Task StorageThatIsAwayAtTheEnd_CostsTimeOnly()
    {
        var stores = AppStores.InMemory();
        var away = new AwayAtTheEnd(stores.History) { Times = 3 };
        await using var engine = new FunctionsEngine(new DelegateWorkflow((_, input) => Task.FromResult(input)), _ => new Probe().Activities,
            stores: stores with { History = away });
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), CancellationToken.None);

        RunSnapshot run;
        var started = TimeProvider.System.GetTimestamp();
        do
        {
            engine.Clock.Advance(TimeSpan.FromSeconds(5));
            run = (await engine.Runs.WaitAsync("run-1", TimeSpan.FromMilliseconds(50), CancellationToken.None))!;
        }
        while (!run.Status.IsTerminal() && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2));

        Assert.Equal((RuntimeStatus.Completed, 0), (run.Status, away.Times));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, await HubStatusAsync(engine, "run-1"));
        Assert.Equal(HistoryKinds.RunCompleted, (await engine.Runs.HistoryAsync("run-1", 0, CancellationToken.None))[^1].Kind);
    }

    [Fact]
    public async Task WhoSeesTheEnd_FindsTheRunInTheLedger()
    {
        var stores = AppStores.InMemory();
        var seen = new SeesEnds(stores.History, stores.Ledger);
        await using var app = new RouterApp(new TestPipeline(), stores with { History = seen });
        await app.StartAsync();

        await app.RestAsync();

        Assert.NotNull(seen.RowAtTheEnd);
    }

    /// <summary>Looks into the ledger in the moment in which the run has ended.</summary>
    sealed class SeesEnds(IRunHistory inner, ILedger ledger) : MutantHistory(inner)
    {
        public RunRow? RowAtTheEnd { get; private set; }

        public override async Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken)
        {
            var written = await base.WriteAsync(runId, write, cancellationToken);
            RowAtTheEnd = write.End is null ? RowAtTheEnd : await ledger.RunAsync(runId, cancellationToken);
            return written;
        }
    }

    sealed class AwayAtTheEnd(IRunHistory inner) : MutantHistory(inner)
    {
        public int Times { get; set; }

        public override Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken)
        {
            if (write.End is null || Times == 0)
            {
                return base.WriteAsync(runId, write, cancellationToken);
            }

            Times--;
            throw new DurableRouterException(ErrorCodes.StorageBusy, "Azure Storage answers 503 after several tries.");
        }
    }

    /// <summary>The run's end is written by its last activity, so the orchestration has one more turn to take.</summary>
    static async Task<OrchestrationRuntimeStatus> HubStatusAsync(FunctionsEngine engine, string runId)
    {
        await Poll.UntilAsync(() => Task.FromResult(engine.Instance(runId).IsCompleted), TimeSpan.FromMinutes(1), CancellationToken.None);
        return engine.Instance(runId).Status;
    }

    static TestPipeline WaitingPipeline() => new TestPipeline().Edit("reason", s => s with
    {
        Approval = new([], "reviewers", TimeSpan.FromHours(24)),
    });

    static DelegateWorkflow Waiting(ActivityDefinition<Note, Note> first) => new(async (context, input) =>
    {
        await context.CallActivityAsync(first, input);
        context.SetStatus(new RunProgress("waiting", "0/0", "answer", 0, null));
        await context.WaitForEventAsync("go on", null);
        return input;
    });

    static async Task<FunctionsEngine> WaitingAsync(Probe probe, ActivityDefinition<Note, Note> first)
    {
        var engine = new FunctionsEngine(Waiting(first), _ => probe.Activities);
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), CancellationToken.None);
        await engine.Runs.WaitAsync("run-1", TimeSpan.FromSeconds(90), CancellationToken.None);
        return engine;
    }
}
