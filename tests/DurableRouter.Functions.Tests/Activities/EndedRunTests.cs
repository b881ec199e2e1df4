using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Tests.Driver;

namespace DurableRouter.Functions.Tests.Activities;

/// <summary>Calls that outlive their run: each stands in the ledger at its cost, once.</summary>
public sealed class EndedRunTests
{
    [Fact]
    public async Task ActivityOfAnEndedRun_MakesNoCall()
    {
        await using var test = await OneCall.StartAsync();
        await test.Engine.Runs.TerminateAsync("run-1", null, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<RunNotOpenException>(() => test.DeliverAsync());

        Assert.Equal(ErrorCodes.RunFinished, refused.Code);
        Assert.Empty(test.Probe.Called);
        Assert.Empty(await test.RowsAsync());
    }

    [Fact]
    public async Task CallOfARunThatEndedBeforeItsRedelivery_StillStandsInTheLedger()
    {
        await using var test = await OneCall.StartAsync();
        await test.DieInCallAsync();
        await test.Engine.Runs.TerminateAsync("run-1", null, CancellationToken.None);

        await test.Clock.WhileAsync(test.DeliverAsync());

        Assert.Single(test.Probe.Called);
        Assert.Equal(AttemptOutcome.OutcomeUnknown, Assert.Single(await test.RowsAsync()).Outcome);
        Assert.Equal(HistoryKinds.RunTerminated, (await test.KindsAsync())[^1]);
    }

    /// <summary>Not every task hub delivers again what nobody waits for.</summary>
    [Fact]
    public async Task CallOfAnEndedRun_ThatNobodyDeliversAgain_IsBookedByTheSweep_Once()
    {
        await using var test = await OneCall.StartAsync();
        await test.DieInCallAsync();
        await test.Engine.Runs.TerminateAsync("run-1", null, CancellationToken.None);
        var sweep = test.Sweep;

        test.Clock.Advance(TimeSpan.FromMinutes(14));
        await sweep.SettleAsync(CancellationToken.None);
        Assert.Empty(await test.RowsAsync()); // its redelivery may still come

        test.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await test.Clock.WhileAsync(sweep.SettleAsync(CancellationToken.None)));

        Assert.Equal(0, await sweep.SettleAsync(CancellationToken.None));
        Assert.Single(test.Probe.Called);
        Assert.Equal(AttemptOutcome.OutcomeUnknown, Assert.Single(await test.RowsAsync()).Outcome);
    }

    [Fact]
    public async Task CallOfAnEndedRun_WhoseOwnerBeats_IsLeftAloneByTheSweep_AndBooksItself()
    {
        await using var test = await OneCall.StartAsync();
        using var owner = test.Engine.StartProcess();
        var (first, gate) = await test.CallingAsync(owner);
        await test.Engine.Runs.TerminateAsync("run-1", null, CancellationToken.None);
        await test.Clock.PassAsync(TimeSpan.FromMinutes(16), owner);
        var sweep = test.Sweep;

        await test.Clock.WhileAsync(sweep.SettleAsync(CancellationToken.None), owner);
        Assert.Empty(await test.RowsAsync());
        gate.SetResult();
        await first;

        Assert.Equal((AttemptOutcome.LateDiscarded, 0.01m), Assert.Single((await test.RowsAsync()).Select(r => (r.Outcome, r.CostUsd))));
        Assert.Equal(1, await test.Clock.WhileAsync(sweep.SettleAsync(CancellationToken.None)));
        Assert.Equal(0, await sweep.SettleAsync(CancellationToken.None));
    }

    [Fact]
    public async Task CallOfAnEndedRun_ThatComesHomeAfterTheSweepGaveItUp_CorrectsTheLedger()
    {
        await using var test = await OneCall.StartAsync();
        using var owner = test.Engine.StartProcess();
        var (first, gate) = await test.CallingAsync(owner);
        owner.Leases.Dispose();
        await test.Engine.Runs.TerminateAsync("run-1", null, CancellationToken.None);
        test.Clock.Advance(TimeSpan.FromMinutes(16));
        await test.Clock.WhileAsync(test.Sweep.SettleAsync(CancellationToken.None));

        gate.SetResult();
        await test.Clock.WhileAsync(first);

        var rows = await test.RowsAsync();
        Assert.Equal([AttemptOutcome.OutcomeUnknown, AttemptOutcome.Correction], rows.Select(r => r.Outcome));
        Assert.Equal(0.01m, rows.Sum(r => r.CostUsd));
    }
}
