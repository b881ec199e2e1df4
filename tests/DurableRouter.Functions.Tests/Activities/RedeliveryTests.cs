using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Memory;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Activities;

/// <summary>The task hub delivers at least once, to any instance.</summary>
public sealed class RedeliveryTests
{
    readonly Probe _probe = new();

    [Fact]
    public async Task FinishedActivity_DeliveredAgain_GivesTheSameResultAndAddsNothing()
    {
        await using var engine = await WaitingAsync();

        var first = await DeliverAsync(engine);
        var again = await DeliverAsync(engine);

        Assert.Equal(first, again);
        Assert.Single(_probe.Called);
        Assert.Single(await engine.Ledger.AttemptsAsync("run-1", CancellationToken.None));
        Assert.Equal([HistoryKinds.RunStarted, HistoryKinds.ActivityScheduled, HistoryKinds.ActivityCompleted], await KindsAsync(engine));
    }

    [Fact]
    public async Task DeliveryThatDiedAfterItsIntent_IsBookedUnknown_AndNeverCalledAgain()
    {
        await using var engine = await WaitingAsync();
        await DieInCallAsync(engine);

        await DeliverAsync(engine);
        await DeliverAsync(engine);

        Assert.Single(_probe.Called);
        Assert.Equal(AttemptOutcome.OutcomeUnknown, Assert.Single(await engine.Ledger.AttemptsAsync("run-1", CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task StalledDelivery_ThatComesHomeAfterItWasGivenUp_IsLedgeredLate_AndGivesTheOtherOnesResult()
    {
        await using var engine = await WaitingAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _probe.OnCall = async (note, stopping) =>
        {
            await gate.Task.WaitAsync(stopping);
            return note with { Number = 7 };
        };
        var stalled = DeliverAsync(engine);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (_probe.Called.IsEmpty)
        {
            await Task.Delay(5, limit.Token);
        }

        var second = await DeliverAsync(engine);
        gate.SetResult();
        var first = await stalled;

        Assert.Equal(second, first);
        var rows = await engine.Ledger.AttemptsAsync("run-1", CancellationToken.None);
        Assert.Equal([AttemptOutcome.OutcomeUnknown, AttemptOutcome.LateDiscarded], rows.Select(r => r.Outcome));
        Assert.Equal("run-1/pay/late", rows[1].Key);
        Assert.Equal(0.01m, rows.Sum(r => r.CostUsd)); // one call, billed once
    }

    [Fact]
    public async Task ActivityOfAnEndedRun_MakesNoCall()
    {
        await using var engine = await WaitingAsync();
        await engine.Runs.TerminateAsync("run-1", null, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => DeliverAsync(engine));

        Assert.Equal(ErrorCodes.RunFinished, refused.Code);
        Assert.Empty(_probe.Called);
        Assert.Empty(await engine.Ledger.AttemptsAsync("run-1", CancellationToken.None));
    }

    [Fact]
    public async Task CallOfARunThatEndedBeforeItsRedelivery_StillStandsInTheLedger()
    {
        await using var engine = await WaitingAsync();
        await DieInCallAsync(engine);
        await engine.Runs.TerminateAsync("run-1", null, CancellationToken.None);

        await DeliverAsync(engine);

        Assert.Single(_probe.Called);
        Assert.Equal(AttemptOutcome.OutcomeUnknown, Assert.Single(await engine.Ledger.AttemptsAsync("run-1", CancellationToken.None)).Outcome);
        Assert.Equal(HistoryKinds.RunTerminated, (await KindsAsync(engine))[^1]);
    }

    /// <summary>Not every task hub delivers again what nobody waits for.</summary>
    [Fact]
    public async Task CallOfAnEndedRun_ThatNobodyDeliversAgain_IsBookedByTheSweep_Once()
    {
        await using var engine = await WaitingAsync();
        await DieInCallAsync(engine);
        await engine.Runs.TerminateAsync("run-1", null, CancellationToken.None);
        var approvals = new MemoryApprovals(() => engine.Runs);
        var sweep = new RunSweep(engine.Runs, engine.Endings, engine.Activities, engine.Index, approvals, approvals, engine.Clock);

        engine.Clock.Advance(TimeSpan.FromMinutes(14));
        await sweep.SettleAsync(CancellationToken.None);
        Assert.Empty(await engine.Ledger.AttemptsAsync("run-1", CancellationToken.None)); // it may still be under way

        engine.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await sweep.SettleAsync(CancellationToken.None));

        Assert.Equal(0, await sweep.SettleAsync(CancellationToken.None));
        Assert.Single(_probe.Called);
        Assert.Equal(AttemptOutcome.OutcomeUnknown, Assert.Single(await engine.Ledger.AttemptsAsync("run-1", CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task ActivityThatThrows_FailsWithAMessageThatTheTaskHubCanHold()
    {
        _probe.OnWork = (_, _) => throw new InvalidOperationException(new string('x', 200_000));
        await using var engine = await WaitingAsync();
        var call = new ActivityCall(1, "run-1", 1, JsonSerializer.SerializeToElement(new Note("big"), ConformanceJson.Default.Note));

        var thrown = await Assert.ThrowsAsync<DurableRouterException>(() =>
            engine.Activities.RunAsync("Work", call, CancellationToken.None));

        Assert.InRange(thrown.ToString().Length, 1, 16 * 1024);
        Assert.Equal(HistoryKinds.ActivityFailed, (await KindsAsync(engine))[^1]);
    }

    /// <summary>A run that is live and asks for nothing, so that the test alone delivers.</summary>
    async Task<FunctionsEngine> WaitingAsync()
    {
        var engine = new FunctionsEngine(new DelegateWorkflow(async (context, input) =>
        {
            await context.WaitForEventAsync("never", null);
            return input;
        }), _ => _probe.Activities);
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), CancellationToken.None);
        return engine;
    }

    /// <summary>The delivery whose process dies when the call is out.</summary>
    async Task DieInCallAsync(FunctionsEngine engine)
    {
        using var died = new CancellationTokenSource();
        _probe.OnCall = async (_, stopping) =>
        {
            await died.CancelAsync();
            stopping.ThrowIfCancellationRequested();
            throw new InvalidOperationException();
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => DeliverAsync(engine, died.Token));
    }

    static async Task<string> DeliverAsync(FunctionsEngine engine, CancellationToken stopping = default)
    {
        var call = new ActivityCall(1, "run-1", 1, JsonSerializer.SerializeToElement(new Note("pay"), ConformanceJson.Default.Note));
        return (await engine.Activities.RunAsync("Call", call, stopping)).Output.GetRawText();
    }

    static async Task<List<string>> KindsAsync(FunctionsEngine engine) =>
        [.. (await engine.History.ReadAsync("run-1", 0, CancellationToken.None)).Select(e => e.Kind)];
}
