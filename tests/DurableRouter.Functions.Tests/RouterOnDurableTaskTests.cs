using DurableRouter.Core.Activities;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Reports;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests;

/// <summary>The router's own workflow on Durable Task, through the functions that the Functions host would call.</summary>
public sealed class RouterOnDurableTaskTests
{
    [Fact]
    public async Task EveryActivityOfTheRouter_HasTheFunctionOfItsName()
    {
        await using var app = new RouterApp(new TestPipeline());
        var activities = RouterActivities.Create(app.Pipeline, app.Pipeline.Models, app.Approvals, app.Pipeline.DayBudget, new(app.Engine.Clock));

        Assert.Equal(activities.Select(a => a.Name).Concat([ActivityNames.FinishRun, ActivityNames.RecordLostCall, ActivityNames.AdoptRun]).Order(), app.Engine.Functions.ActivityNames.Order());
    }

    [Fact]
    public async Task Run_EverythingAnswers_CompletesWithOneRowPerStepAndOneForTheRun()
    {
        await using var app = new RouterApp(new TestPipeline());
        await app.StartAsync();

        var run = await app.RestAsync();

        Assert.Equal(RuntimeStatus.Completed, run.Status);
        Assert.Equal("completed", run.Output!.Value.GetProperty("outcome").GetString());
        Assert.Equal("4/4", run.Progress!.Progress);
        var rows = await app.Engine.Ledger.AttemptsAsync("run-01", CancellationToken.None);
        Assert.Equal(["classify small", "extract small", "reason middle", "verify small"], rows.Select(r => $"{r.Step} {r.Model}"));
        Assert.Equal(rows.Sum(r => r.CostUsd), (await app.Engine.Ledger.RunAsync("run-01", CancellationToken.None))!.TotalUsd);
    }

    [Fact]
    public async Task RunEvents_FromTheHistoryTable_TellTheWholeRun()
    {
        await using var app = new RouterApp(new TestPipeline());
        await app.StartAsync();
        await app.RestAsync();

        var events = RunEvents.Of(await app.Engine.Runs.HistoryAsync("run-01", 0, CancellationToken.None));

        Assert.Equal(HistoryKinds.RunStarted, events[0].Type);
        Assert.Equal(["classify", "extract", "reason", "verify"], events.Where(e => e.Type == RunEventTypes.StepCompleted).Select(e => e.Data.Step));
        Assert.Equal((HistoryKinds.RunCompleted, "completed"), (events[^1].Type, events[^1].Data.Outcome));
    }

    /// <summary>Who has the task hub's key can raise any event past our roles. The record decides, and it doesn't change by that.</summary>
    [Fact]
    public async Task EventRaisedInTheTaskHubItself_DecidesNothing()
    {
        await using var app = new RouterApp(WithApproval());
        await app.StartAsync();
        await app.RestAsync();
        var approval = Assert.Single(app.Approvals.All);

        await app.Engine.Hub.RaiseEventAsync("run-01", EventNames.Approval(approval.Id), new { decision = "approved", status = "approved" });
        await Eventually.HoldsAsync(async () => (await app.Engine.Runs.HistoryAsync("run-01", 0, CancellationToken.None)).Any(e =>
            e is { Kind: HistoryKinds.ActivityCompleted, Name: ActivityNames.CloseApproval }), "the run looked at the record");

        Assert.StartsWith("approval", (await app.RestAsync()).Progress!.WaitingFor);
        Assert.Equal(ApprovalStatus.Pending, Assert.Single(app.Approvals.All).Status);
        await app.DecideAsync(ApprovalStatus.Approved);
        await Ended(app);
        Assert.Equal(RuntimeStatus.Completed, (await app.RestAsync()).Status);
    }

    [Fact]
    public async Task CrashBetweenDecisionAndWakeUp_TheSweepTellsTheRun_Once()
    {
        await using var app = new RouterApp(WithApproval());
        await app.StartAsync();
        Assert.StartsWith("approval", (await app.RestAsync()).Progress!.WaitingFor);
        app.Approvals.DiesBeforeWakeUp = true;
        await Assert.ThrowsAsync<IOException>(() => app.DecideAsync(ApprovalStatus.Approved));

        await app.Engine.KillAndRestartAsync();
        Assert.False((await app.RestAsync()).Status.IsTerminal());

        Assert.Equal(1, await app.Sweep.WakeAsync(CancellationToken.None));
        Assert.Equal(0, await app.Sweep.WakeAsync(CancellationToken.None));
        await Ended(app);
        Assert.Equal("completed", (await app.RestAsync()).Output!.Value.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task EventThatTheTaskHubLost_TheSweepSendsItAgain()
    {
        await using var app = new RouterApp(WithApproval());
        await app.StartAsync();
        await app.RestAsync();
        app.Engine.Hub.LosesEvents = true;
        await Assert.ThrowsAsync<IOException>(() => app.DecideAsync(ApprovalStatus.Approved));
        app.Engine.Hub.LosesEvents = false;

        Assert.Equal(1, await app.Sweep.WakeAsync(CancellationToken.None));

        await Ended(app);
    }

    [Fact]
    public async Task Approval_NobodyDecides_ExpiresAtItsDeadline_AcrossADeath()
    {
        await using var app = new RouterApp(WithApproval());
        await app.StartAsync();
        await app.RestAsync();

        await app.Engine.KillAndRestartAsync();
        app.Engine.Clock.Advance(TimeSpan.FromHours(25));

        await Ended(app);
        Assert.Equal("expired", (await app.RestAsync()).Output!.Value.GetProperty("outcome").GetString());
        Assert.Equal(ApprovalStatus.Expired, Assert.Single(app.Approvals.All).Status);
    }

    static TestPipeline WithApproval() => new TestPipeline().Edit("reason", s => s with
    {
        Approval = new ApprovalPolicy([], "reviewers", TimeSpan.FromHours(24)),
    });

    static async Task Ended(RouterApp app)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!(await app.RestAsync()).Status.IsTerminal())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
