using DurableRouter.Core.Approvals;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Tests.Engine;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Faults;

/// <summary>Fault 12: the system's clock jumps by a day.</summary>
public sealed class Fault12Tests
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Fault12_ClockJumpsByADay_IsSaid_AndTheTimerFiresOnce(int days)
    {
        var probe = new Probe();
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (context, input) =>
        {
            await context.DelayUntilAsync(context.CurrentTime + TimeSpan.FromHours(1));
            return await context.CallActivityAsync(Probe.Work, input);
        }), probe.Activities);
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), CancellationToken.None);
        await Eventually.HoldsAsync(() => engine.Engine.Health().BusyRuns == 0, "the run left memory");

        engine.Clock.JumpTo(engine.Clock.GetUtcNow() + (days * Day));
        engine.Clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.HoldsAsync(() => engine.Log.Text.Contains("clock_jump: ", StringComparison.Ordinal), "the jump was said");
        if (days < 0)
        {
            Assert.Empty(probe.Worked); // its due time is absolute, and a day away again
            engine.Clock.JumpTo(engine.Clock.GetUtcNow() + Day);
        }

        engine.Clock.Advance(TimeSpan.FromHours(2));
        var done = await engine.Runs.WaitAsync("run-1", TimeSpan.FromSeconds(90), CancellationToken.None);
        engine.Clock.JumpTo(engine.Clock.GetUtcNow() - Day);
        engine.Clock.Advance(2 * Day);

        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.Single(probe.Worked);
        Assert.Single((await engine.Runs.HistoryAsync("run-1", 0, CancellationToken.None)), e => e.Kind == HistoryKinds.TimerFired);
    }

    [Fact]
    public async Task Fault12_ClockSetBackBehindADeadline_WhatHasExpiredStaysSo()
    {
        var pipeline = new TestPipeline().Edit("reason", s => s with { Approval = new ApprovalPolicy([], "reviewers", TimeSpan.FromHours(1)) });
        var host = await pipeline.Host().RunAsync();
        var id = host.Approvals.Pending.Id;
        await host.ExpireAsync();

        host.Pass(-Day);

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => new ApprovalDecisions(host.Approvals, pipeline, host.Content, host)
            .DecideAsync(new DecideApproval(id, ApprovalStatus.Approved, Approver.Local("bob")), CancellationToken.None));
        Assert.Equal(ErrorCodes.ApprovalExpired, refused.Code);
    }
}
