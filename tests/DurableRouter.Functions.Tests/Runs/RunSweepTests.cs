using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Tests.Shared;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Runs;

public sealed class RunSweepTests
{
    [Fact]
    public async Task RunThatCannotBeTold_KeepsNoOtherWaiting()
    {
        await using var app = await WaitingAsync("run-01", "run-02");
        app.Engine.Hub.LosesEvents = true;
        foreach (var pending in app.Approvals.All.Where(r => r.Status == ApprovalStatus.Pending).ToList())
        {
            var decide = new DecideApproval(pending.Id, ApprovalStatus.Approved, Approver.Local("bob"));
            await Assert.ThrowsAsync<IOException>(() => app.Decisions.DecideAsync(decide, CancellationToken.None));
        }

        app.Engine.Hub.LosesEvents = false;
        var first = (await app.Approvals.AsleepAsync(CancellationToken.None).FirstAsync()).RunId;
        var other = first == "run-01" ? "run-02" : "run-01";

        var failed = await Assert.ThrowsAsync<AggregateException>(() => Sweep(app, beyondReach: first).WakeAsync(CancellationToken.None));

        Assert.IsType<IOException>(Assert.Single(failed.InnerExceptions));
        Assert.Equal(RuntimeStatus.Completed, (await app.RestAsync(other)).Status);
        Assert.Equal(1, await app.Sweep.WakeAsync(CancellationToken.None));
        Assert.Equal(RuntimeStatus.Completed, (await app.RestAsync(first)).Status);
    }

    [Fact]
    public async Task RunThatCannotBeLookedAt_KeepsNoOtherFromItsEnd()
    {
        await using var app = await WaitingAsync("run-01", "run-02");
        foreach (var id in new[] { "run-01", "run-02" })
        {
            await app.Engine.Hub.TerminateInstanceAsync(id, new TerminateInstanceOptions("by the portal"));
        }

        app.Engine.Clock.Advance(TimeSpan.FromMinutes(10));

        await Assert.ThrowsAsync<AggregateException>(() => Sweep(app, beyondReach: "run-01").SettleAsync(CancellationToken.None));

        Assert.Null((await app.Engine.Index.GetAsync("run-01", CancellationToken.None))!.End);
        Assert.NotNull((await app.Engine.Index.GetAsync("run-02", CancellationToken.None))!.End);
    }

    static RunSweep Sweep(RouterApp app, string beyondReach) =>
        new(new Unreachable(app.Engine.Runs, beyondReach), app.Engine.Endings, app.Engine.Activities, app.Engine.Index, app.Approvals, app.Approvals,
            app.Engine.TaskHub, app.Engine.Clock);

    static async Task<RouterApp> WaitingAsync(params string[] runIds)
    {
        var app = new RouterApp(new TestPipeline().Edit("reason", s => s with { Approval = new([], "reviewers", TimeSpan.FromHours(24)) }));
        foreach (var id in runIds)
        {
            await app.StartAsync(id);
            await app.RestAsync(id);
        }

        return app;
    }

    /// <summary>One instance that the task hub doesn't find, for instance since its name was changed.</summary>
    sealed class Unreachable(IRunClient inner, string lost) : MutantRuns(inner)
    {
        public override Task<RunSnapshot?> GetAsync(string runId, CancellationToken cancellationToken) =>
            runId == lost ? throw new IOException($"no instance {runId}") : base.GetAsync(runId, cancellationToken);

        public override Task RaiseEventAsync(string runId, string name, string eventId, JsonElement? payload, CancellationToken cancellationToken) =>
            runId == lost ? throw new IOException($"no instance {runId}") : base.RaiseEventAsync(runId, name, eventId, payload, cancellationToken);
    }
}
