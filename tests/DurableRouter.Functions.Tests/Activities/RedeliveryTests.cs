using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Functions.Tests.Storage;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Activities;

/// <summary>The task hub delivers at least once, to any instance.</summary>
public class RedeliveryTests
{
    /// <summary>None, but where the facts themselves are put to the test.</summary>
    private protected virtual Mutant Fault => Mutant.None;

    [Fact]
    public async Task FinishedActivity_DeliveredAgain_GivesTheSameResultAndAddsNothing()
    {
        await using var test = await OneCall.StartAsync();

        var first = await test.DeliverAsync();
        var again = await test.DeliverAsync();

        Assert.Equal(first, again);
        Assert.Single(test.Probe.Called);
        Assert.Single(await test.RowsAsync());
        Assert.Equal([HistoryKinds.RunStarted, HistoryKinds.ActivityScheduled, HistoryKinds.ActivityCompleted], await test.KindsAsync());
    }

    [Fact]
    public async Task DeliveryThatDiedInItsCall_IsBookedUnknown_AndNeverCalledAgain()
    {
        await using var test = await OneCall.StartAsync();
        await test.DieInCallAsync();
        var died = test.Clock.GetUtcNow();

        await test.Clock.WhileAsync(test.DeliverAsync());
        await test.DeliverAsync();

        Assert.Single(test.Probe.Called);
        Assert.Equal(AttemptOutcome.OutcomeUnknown, Assert.Single(await test.RowsAsync()).Outcome);
        Assert.InRange(test.Clock.GetUtcNow() - died, AttemptLease.DefaultBeat * AttemptLease.MissedBeats, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Redelivery_WhileTheOwnerLives_WaitsForIt_AndTakesItsResult()
    {
        await using var test = await OneCall.StartAsync(mutant: Fault);
        using var owner = test.Engine.StartProcess();
        var (first, gate) = await test.CallingAsync(owner);

        var second = test.DeliverAsync();
        await test.Clock.PassAsync(TimeSpan.FromMinutes(2), owner);
        Assert.False(second.IsCompleted);
        gate.SetResult();

        Assert.Equal(await first, await test.Clock.WhileAsync(second, owner));
        Assert.Single(test.Probe.Called);
        Assert.Equal((AttemptOutcome.Ok, 0.01m), Assert.Single((await test.RowsAsync()).Select(r => (r.Outcome, r.CostUsd))));
    }

    /// <summary>What the workflow gets stands in the history; a row alone would lose a small answer.</summary>
    [Fact]
    public async Task Redelivery_WhenTheOwnerDiedBetweenRowAndResult_TakesTheRow()
    {
        var stores = AppStores.InMemory();
        await using var test = await OneCall.StartAsync(stores with { History = new LosesEntries(stores.History) });
        await test.DeliverAsync();

        await test.Clock.WhileAsync(test.DeliverAsync());

        Assert.Single(test.Probe.Called);
        Assert.Equal(AttemptOutcome.Ok, Assert.Single(await test.RowsAsync()).Outcome);
    }

    /// <summary>Nobody could have heard the owner.</summary>
    [Fact]
    public async Task Redelivery_WhileStorageIsAway_GivesNobodyUp()
    {
        var stores = AppStores.InMemory();
        var away = new LedgerThatIsAway(stores.Rows, stores.Leases);
        await using var test = await OneCall.StartAsync(stores with { Rows = away, Leases = away });
        using var owner = test.Engine.StartProcess();
        var (first, gate) = await test.CallingAsync(owner);
        var second = test.DeliverAsync();
        await test.Clock.PassAsync(TimeSpan.FromSeconds(10), owner);

        away.IsAway = true;
        await test.Clock.PassAsync(TimeSpan.FromMinutes(1), owner);
        away.IsAway = false;
        await test.Clock.PassAsync(TimeSpan.FromSeconds(10), owner);
        Assert.False(second.IsCompleted);
        gate.SetResult();

        Assert.Equal(await first, await test.Clock.WhileAsync(second, owner));
        Assert.Equal(AttemptOutcome.Ok, Assert.Single(await test.RowsAsync()).Outcome);
    }

    [Fact]
    public async Task SilentOwner_ThatComesHomeAfterItWasGivenUp_CorrectsTheLedger_AndGivesTheOtherOnesResult()
    {
        await using var test = await OneCall.StartAsync();
        using var owner = test.Engine.StartProcess();
        var (first, gate) = await test.CallingAsync(owner);
        owner.Leases.Dispose(); // it lives, and nobody hears of it

        var second = await test.Clock.WhileAsync(test.DeliverAsync());
        gate.SetResult();

        Assert.Equal(second, await test.Clock.WhileAsync(first));
        Assert.Single(test.Probe.Called);
        var rows = await test.RowsAsync();
        Assert.Equal(
            [
                ("run-1/pay", AttemptOutcome.OutcomeUnknown, Probe.UpperBoundUsd),
                ("run-1/pay/correction", AttemptOutcome.Correction, 0.01m - Probe.UpperBoundUsd),
            ],
            rows.Select(r => (r.Key, r.Outcome, r.CostUsd)));
        Assert.Equal("run-1/pay", rows[1].Corrects);
        Assert.Equal(15, rows.Sum(r => r.Usage.Total));
    }

    /// <summary>The rows of 0.1, written by instances that an upgrade has not replaced yet.</summary>
    [Fact]
    public async Task IntentWithoutALease_IsGivenUp_AfterItWasLookedAtForThreeBeats()
    {
        var storage = await TestStorage.CreateAsync();
        await using var test = await OneCall.StartAsync(AppStores.On(storage));
        var entry = new NewHistoryEntry("call-1", test.Clock.GetUtcNow(), HistoryKinds.ActivityScheduled, "Call", 0, null);
        await test.Engine.History.WriteAsync("run-1", new RunWrite(entry), default);
        var intent = StorageLayout.NewEntity("run-1", "intent-pay");
        (intent["Model"], intent["UpperBoundUnits"], intent["At"]) = ("model", 40_000_000_000L, test.Clock.GetUtcNow());
        await storage.Ledger.AddEntityAsync(intent);
        var began = test.Clock.GetUtcNow();

        await test.Clock.WhileAsync(test.DeliverAsync());

        Assert.Empty(test.Probe.Called);
        Assert.Equal((AttemptOutcome.OutcomeUnknown, Probe.UpperBoundUsd), Assert.Single((await test.RowsAsync()).Select(r => (r.Outcome, r.CostUsd))));
        Assert.True(test.Clock.GetUtcNow() - began >= AttemptLease.DefaultBeat * AttemptLease.MissedBeats);
    }

    [Fact]
    public async Task ActivityThatThrows_FailsWithAMessageThatTheTaskHubCanHold()
    {
        await using var test = await OneCall.StartAsync();
        test.Probe.OnWork = (_, _) => throw new InvalidOperationException(new string('x', 200_000));
        var call = new ActivityCall(1, "run-1", 1, JsonSerializer.SerializeToElement(new Note("big"), ConformanceJson.Default.Note));

        var thrown = await Assert.ThrowsAsync<DurableRouterException>(() =>
            test.Engine.Activities.RunAsync("Work", call, CancellationToken.None));

        Assert.InRange(thrown.ToString().Length, 1, 16 * 1024);
        Assert.Equal(HistoryKinds.ActivityFailed, (await test.KindsAsync())[^1]);
    }

    sealed class LedgerThatIsAway(ILedgerWriter rows, IAttemptLeases leases) : MutantLedger(rows), IAttemptLeases
    {
        public bool IsAway { get; set; }

        public override Task<AttemptRow?> FindAsync(string runId, string key, CancellationToken cancellationToken) =>
            Here(() => base.FindAsync(runId, key, cancellationToken));

        Task<AttemptLease?> IAttemptLeases.FindAsync(string runId, string key, CancellationToken cancellationToken) =>
            Here(() => leases.FindAsync(runId, key, cancellationToken));

        public Task<IReadOnlyList<AttemptLease?>> BeatAsync(IReadOnlyList<AttemptLease> held, DateTimeOffset at, CancellationToken cancellationToken) =>
            Here(() => leases.BeatAsync(held, at, cancellationToken));

        public Task<bool> TryEndAsync(AttemptLease lease, LeaseState state, CancellationToken cancellationToken) =>
            Here(() => leases.TryEndAsync(lease, state, cancellationToken));

        T Here<T>(Func<T> act) => IsAway ? throw new DurableRouterException(ErrorCodes.StorageBusy, "Azure Storage answers 503 after several tries.") : act();
    }
}
