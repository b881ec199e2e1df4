using DurableRouter.Core.Durability;
using DurableRouter.Functions.Tests.Host;
using DurableRouter.Tests.Shared;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Timers;

/// <summary>What the timers do, in the app as Program.cs composes it.</summary>
public sealed class RunTimersTests
{
    [Fact]
    public void Timers_AreThese() => Assert.Equal(
        ["PurgeOldRuns 0 15 3 * * *", "SendMessages */15 * * * * *", "SettleRuns 30 */5 * * * *", "WakeApprovals 0 * * * * *"],
        TimerFunction.All.Select(t => $"{t.Name} {t.Trigger.Schedule}").Order(StringComparer.Ordinal));

    [Fact]
    public async Task WakeApprovals_ProcessThatDiedBetweenDecisionAndEvent_TheNextOneTellsTheRun()
    {
        var installation = await Installation.CreateAsync();
        string runId, approval;
        await using (var dying = await installation.StartAsync())
        {
            (runId, approval) = await dying.HoldAsync();
            dying.Process.Hub.LosesEvents = true;
            (await dying.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"approved"}""")).IsProblem(500, "internal_error");
        }

        await using var next = await installation.StartAsync();
        Assert.Equal("approved", (await next.GetAsync($"/api/approvals/{approval}")).Json.GetProperty("status").GetString());
        Assert.Equal("Running", (await next.GetAsync($"/api/runs/{runId}")).Json.GetProperty("runtimeStatus").GetString());

        await next.Process.FireAsync("WakeApprovals");

        Assert.Equal("Completed", (await next.EndAsync(runId)).GetProperty("runtimeStatus").GetString());
    }

    [Fact]
    public async Task SettleRuns_InstanceThatWasTerminatedInTheTaskHub_HasItsEnd()
    {
        var clock = new VirtualClock();
        var installation = await Installation.CreateAsync(clock);
        await using var host = await installation.StartAsync();
        var (runId, _) = await host.HoldAsync();
        await host.Process.Hub.TerminateInstanceAsync(runId, new TerminateInstanceOptions("by the portal"));
        clock.Advance(TimeSpan.FromMinutes(6));

        await host.Process.FireAsync("SettleRuns");

        var end = (await installation.Stores.Index.GetAsync(runId, CancellationToken.None))!.End;
        Assert.Equal((RuntimeStatus.Terminated, "by the portal"), (end?.Status, end?.Error?.Message));
    }

    [Fact]
    public async Task PurgeOldRuns_AfterTheirTime_LeavesTheLedger()
    {
        var clock = new VirtualClock();
        var installation = await Installation.CreateAsync(clock);
        installation.Settings[Settings.RetentionDays] = "7";
        await using var host = await installation.StartAsync();
        var ended = await host.FinishAsync("quick");
        var (waiting, _) = await host.HoldAsync();
        clock.Advance(TimeSpan.FromDays(6));
        await host.Process.FireAsync("PurgeOldRuns");
        Assert.Equal(200, (await host.GetAsync($"/api/runs/{ended}")).Status);

        clock.Advance(TimeSpan.FromDays(2));
        await host.Process.FireAsync("PurgeOldRuns");

        (await host.GetAsync($"/api/runs/{ended}")).IsProblem(404, "run_not_found");
        Assert.NotEqual(404, (await host.GetAsync($"/api/runs/{waiting}")).Status);
        Assert.Single(await installation.Stores.Ledger.AttemptsAsync(ended, CancellationToken.None));
    }
}
