using DurableRouter.Core.Activities;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;
using DurableRouter.Functions.Storage;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class TableDayBudgetTests
{
    static readonly DayAccount Account = new(DayAccountKind.Pipeline, "document", new DateOnly(2026, 1, 15));
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    readonly VirtualClock _clock = new();
    StorageLayout _storage = null!;

    [Fact]
    public async Task Reserve_AHundredAtOnceOnFourInstances_NeverCrossesTheCap()
    {
        await OpenAsync();
        var instances = Enumerable.Range(0, 4).Select(_ => Instance(TimeProvider.System)).ToList();
        var outNow = 0;
        var most = 0;

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var budget = instances[i % 4];
            var hold = Hold($"run-{i}/reason/0/1", 0.10m);
            if (await budget.TryReserveAsync(hold, 1m, default))
            {
                InterlockedMax(ref most, Interlocked.Increment(ref outNow));
                await Task.Yield();
                Interlocked.Decrement(ref outNow);
                await budget.SettleAsync(hold, 0.04m);
            }
        }));

        // 23 of 0.04 are 0.92; a 24th could cross 1 with its upper bound of 0.10.
        Assert.Equal(0.92m, await SpentAsync());
        Assert.InRange(most, 1, 10);
    }

    [Fact]
    public async Task Reserve_BeyondTheCap_IsRefused_AndNothingIsHeld()
    {
        var budget = await OpenAsync();
        var first = Hold("run-1/a/0/1", 0.6m);
        Assert.True(await budget.TryReserveAsync(first, 1m, default));
        await budget.SettleAsync(first, 0.5m);

        Assert.False(await budget.TryReserveAsync(Hold("run-1/a/0/2", 0.500000000001m), 1m, default));
        Assert.True(await budget.TryReserveAsync(Hold("run-1/a/0/3", 0.5m), 1m, default));
    }

    [Fact]
    public async Task Reserve_WhileCallsHoldEnough_WaitsForThem()
    {
        var budget = await OpenAsync();
        var first = Hold("run-1/a/0/1", 0.9m);
        await budget.TryReserveAsync(first, 1m, default);

        var clock = new RunningClock(_clock);
        var second = Instance(clock).TryReserveAsync(Hold("run-2/a/0/1", 0.5m), 1m, default).AsTask();
        await Task.WhenAny(clock.Paused, second).WaitAsync(Limit);
        Assert.False(second.IsCompleted);

        await budget.SettleAsync(first, 0.1m);

        Assert.True(await second.WaitAsync(Limit));
    }

    [Fact]
    public async Task Change_WhenAnotherInstanceWroteInBetween_IsMadeAgainOnWhatThatLeft()
    {
        var budget = await OpenAsync();
        var rival = Hold("run-1/a/0/1", 0.5m);
        await budget.TryReserveAsync(rival, 1m, default);
        var accounts = new DayAccounts(_storage.DayBudgets, Ledger(), _clock);
        var tries = 0;

        await accounts.ChangeAsync(Account, open: false, async (head, _) =>
        {
            if (tries++ == 0)
            {
                await budget.SettleAsync(rival, 0.1m);
            }

            return [head.Moved(spent: Money.ToUnits(0.2m), reserved: 0)];
        }, default).WaitAsync(Limit);

        Assert.Equal(2, tries);
        Assert.Equal(0.3m, await SpentAsync());
    }

    [Fact]
    public async Task Reserve_SameAttemptAgain_TakesItsReservationOver()
    {
        var budget = await OpenAsync();
        var hold = Hold("run-1/a/0/1", 0.9m);

        Assert.True(await budget.TryReserveAsync(hold, 1m, default));
        Assert.True(await Instance(_clock).TryReserveAsync(hold, 1m, default));
        await budget.SettleAsync(hold, 0.2m);

        Assert.Equal(0.2m, await SpentAsync());
    }

    [Fact]
    public async Task Reserve_FirstCapOfTheDay_BeginsWithWhatTheLedgerHas()
    {
        var budget = await OpenAsync();
        var uncapped = Hold("run-1/a/0/1", 0.9m);
        Assert.True(await budget.TryReserveAsync(uncapped, null, default));
        await Ledger().AddAsync(LedgerRow("run-1/a/0/1", 0.7m), default);
        await budget.SettleAsync(uncapped, 0.7m);

        Assert.False(await budget.TryReserveAsync(Hold("run-2/a/0/1", 0.31m), 1m, default));
        Assert.True(await budget.TryReserveAsync(Hold("run-2/a/0/2", 0.3m), 1m, default));
    }

    [Fact]
    public async Task AttemptsWithoutACap_AskOncePerTwoSeconds_WhetherAnAccountIsKept()
    {
        await OpenAsync();
        var counted = new CountedRequests();
        var storage = await counted.OpenAsync(_storage);
        var budget = new TableDayBudget(storage, new TableLedger(storage, new BlobContentStore(storage)), _clock);

        for (var i = 0; i < 10; i++)
        {
            var hold = Hold($"run-{i}/a/0/1", 0.9m);
            Assert.True(await budget.TryReserveAsync(hold, null, default));
            await budget.SettleAsync(hold, 0.7m);
        }

        Assert.Equal(1, counted.Count);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await budget.TryReserveAsync(Hold("run-11/a/0/1", 0.9m), null, default);
        Assert.Equal(2, counted.Count);
    }

    [Fact]
    public async Task SpentByAnInstanceThatDidNotKnowOfTheAccountYet_CountsALittleLater()
    {
        var other = await OpenAsync();
        var uncapped = Hold("run-1/a/0/1", 0.9m);
        Assert.True(await other.TryReserveAsync(uncapped, null, default)); // it looks: no account
        Assert.True(await Instance(_clock).TryReserveAsync(Hold("run-2/a/0/1", 0.1m), 1m, default));
        await other.SettleAsync(uncapped, 0.7m);
        await Ledger().AddAsync(LedgerRow("run-1/a/0/1", 0.7m), default);

        _clock.Advance(TimeSpan.FromSeconds(11));

        Assert.False(await Instance(_clock).TryReserveAsync(Hold("run-3/a/0/1", 0.31m), 1m, default));
    }

    [Theory]
    [InlineData(null, 0.4)]
    [InlineData(0.25, 0.25)]
    public async Task Reserve_HolderThatDied_IsFreedForWhatTheLedgerSays(double? booked, double expected)
    {
        var budget = await OpenAsync();
        await budget.TryReserveAsync(Hold("run-1/a/0/1", 0.4m), 1m, default);
        if (booked is { } cost)
        {
            await Ledger().AddAsync(LedgerRow("run-1/a/0/1", (decimal)cost), default);
        }

        _clock.Advance(TableDayBudget.HoldLimit + TimeSpan.FromSeconds(1));
        var other = Instance(new RunningClock(_clock));

        Assert.False(await other.TryReserveAsync(Hold("run-2/a/0/1", 0.8m), 1m, default));
        Assert.Equal((decimal)expected, await SpentAsync());
    }

    [Fact]
    public async Task Settle_WhoseAnswerIsLost_CountsOnce()
    {
        var budget = await OpenAsync();
        var hold = Hold("run-1/a/0/1", 0.9m);
        Assert.True(await budget.TryReserveAsync(hold, 1m, default));
        var losing = LostAnswer.OfTransaction();
        var storage = await losing.OpenAsync(_storage);
        var other = new TableDayBudget(storage, new TableLedger(storage, new BlobContentStore(storage)), new RunningClock(_clock));

        await other.SettleAsync(hold, 0.2m);

        Assert.Equal(1, losing.Lost);
        Assert.Equal(0.2m, await SpentAsync());
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(null)]
    public async Task Settle_OfARedeliveredAttempt_CountsOnce(double? cap)
    {
        var budget = await OpenAsync();
        var hold = Hold("run-1/a/0/1", 0.9m);
        await budget.TryReserveAsync(hold, 1m, default);
        await budget.SettleAsync(hold, 0.2m);
        var other = Instance(new RunningClock(_clock));

        // The first delivery died behind its settlement; the second finds the call booked.
        Assert.True(await other.TryReserveAsync(hold, (decimal?)cap, default));
        await other.SettleAsync(hold, 0.2m);

        Assert.Equal(0.2m, await SpentAsync());
    }

    [Fact]
    public async Task Settle_AfterItsHoldCameFree_CorrectsWhatWasCounted()
    {
        var budget = await OpenAsync();
        var hold = Hold("run-1/a/0/1", 0.4m);
        await budget.TryReserveAsync(hold, 1m, default);
        _clock.Advance(TableDayBudget.HoldLimit + TimeSpan.FromSeconds(1));
        var other = Instance(new RunningClock(_clock));
        Assert.False(await other.TryReserveAsync(Hold("run-2/a/0/1", 0.8m), 1m, default));
        Assert.Equal(0.4m, await SpentAsync());

        await budget.SettleAsync(hold, 0.1m);

        Assert.Equal(0.1m, await SpentAsync());
    }

    [Fact]
    public async Task Reserve_AfterACallThatWasNotMade_HoldsAgain()
    {
        var budget = await OpenAsync();
        var hold = Hold("run-1/a/0/1", 0.9m);
        await budget.TryReserveAsync(hold, 1m, default);
        await budget.SettleAsync(hold, 0);

        Assert.True(await budget.TryReserveAsync(hold, 1m, default));

        var head = await _storage.DayBudgets.FindAsync("20260115-pipeline-document", "head", default);
        Assert.Equal(Money.ToUnits(0.9m), new DayHead(head!).Reserved);
        await budget.SettleAsync(hold, 0.5m);
        Assert.Equal(0.5m, await SpentAsync());
    }

    static DayReservation Hold(string attempt, decimal usd) => new(Account, attempt, usd);

    static AttemptRow LedgerRow(string key, decimal cost) => new()
    {
        Key = key, RunId = key.Split('/')[0], Step = "a", Role = "reason", Pipeline = "document", Family = "papers", Tier = "fast", Model = "m",
        Provider = "p", Rule = "r", StartedAt = new DateTimeOffset(2026, 1, 15, 9, 0, 0, TimeSpan.Zero), CostUsd = cost,
    };

    static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    async Task<TableDayBudget> OpenAsync()
    {
        _storage = await TestStorage.CreateAsync();
        return Instance(_clock);
    }

    TableLedger Ledger() => new(_storage, new BlobContentStore(_storage));

    TableDayBudget Instance(TimeProvider clock) => new(_storage, Ledger(), clock);

    async Task<decimal> SpentAsync()
    {
        var head = await _storage.DayBudgets.FindAsync("20260115-pipeline-document", "head", default);
        Assert.Equal(0, new DayHead(head!).Reserved);
        return Money.ToUsd(new DayHead(head!).Spent);
    }

    /// <summary>The other clock's time, with timers that run at once.</summary>
    sealed class RunningClock(TimeProvider time) : TimeProvider
    {
        readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when somebody has waited on this clock.</summary>
        public Task Paused => _paused.Task;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _paused.TrySetResult();
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
