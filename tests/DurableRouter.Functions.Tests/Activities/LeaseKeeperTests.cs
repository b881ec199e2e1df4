using System.Collections.Concurrent;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Memory;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableRouter.Functions.Tests.Activities;

public sealed class LeaseKeeperTests
{
    readonly VirtualClock _clock = new();
    readonly CountedLeases _leases = new(new MemoryLedger());
    readonly LeaseKeeper _keeper;

    public LeaseKeeperTests() => _keeper = new LeaseKeeper(_leases, _clock, NullLogger<LeaseKeeper>.Instance);

    [Fact]
    public async Task ShortCall_CostsNoBeat()
    {
        await PassAsync(4); // whenever it begins
        var held = _keeper.Hold(await _leases.NewAsync("run-1", "a"));
        await PassAsync(4);
        _keeper.Drop(held);
        await PassAsync(30);

        Assert.Empty(_leases.Beats);
    }

    [Fact]
    public async Task LongCall_BeatsEveryFiveSeconds_UntilItIsDropped()
    {
        var held = _keeper.Hold(await _leases.NewAsync("run-1", "a"));
        await PassAsync(21);
        _keeper.Drop(held);
        await PassAsync(30);

        Assert.Equal(4, _leases.Beats.Count);
        Assert.Equal(4, (await _leases.FindAsync("run-1", "a", default))!.Beat);
    }

    [Fact]
    public async Task CallsOfOneRun_BeatTogether()
    {
        foreach (var key in new[] { "a", "b", "c" })
        {
            _keeper.Hold(await _leases.NewAsync("run-1", key));
        }

        _keeper.Hold(await _leases.NewAsync("run-2", "d"));
        await PassAsync(5);

        Assert.Equal([1, 3], _leases.Beats.Order());
    }

    [Fact]
    public async Task LeaseThatWasGivenUp_IsNotRenewedAnyMore_AndTheOthersAre()
    {
        _keeper.Hold(await _leases.NewAsync("run-1", "a"));
        _keeper.Hold(await _leases.NewAsync("run-1", "b"));
        await PassAsync(5);
        Assert.True(await _leases.TryEndAsync((await _leases.FindAsync("run-1", "a", default))!, LeaseState.GivenUp, default));

        await PassAsync(15);

        Assert.Equal((1L, LeaseState.GivenUp), ((await _leases.FindAsync("run-1", "a", default))!.Beat, (await _leases.FindAsync("run-1", "a", default))!.State));
        Assert.Equal(4, (await _leases.FindAsync("run-1", "b", default))!.Beat);
    }

    [Fact]
    public async Task BeatThatFailed_IsTriedAgainAtOnce()
    {
        _leases.Failures = 2;
        _keeper.Hold(await _leases.NewAsync("run-1", "a"));

        await PassAsync(7);

        Assert.Equal(1, (await _leases.FindAsync("run-1", "a", default))!.Beat);
    }

    [Fact]
    public async Task Release_TellsOthers()
    {
        var held = _keeper.Hold(await _leases.NewAsync("run-1", "a"));
        await PassAsync(5);

        await _keeper.ReleaseAsync(held, default);

        Assert.Equal(LeaseState.Released, (await _leases.FindAsync("run-1", "a", default))!.State);
    }

    [Fact]
    public async Task Dispose_IsLikeADeath()
    {
        var held = _keeper.Hold(await _leases.NewAsync("run-1", "a"));
        _keeper.Dispose();

        await PassAsync(30);
        await _keeper.ReleaseAsync(held, default);

        Assert.Equal((0L, LeaseState.Held), ((await _leases.FindAsync("run-1", "a", default))!.Beat, (await _leases.FindAsync("run-1", "a", default))!.State));
    }

    async Task PassAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await _keeper.Round;
        }
    }

    sealed class CountedLeases(MemoryLedger ledger) : IAttemptLeases
    {
        readonly IAttemptLeases _inner = ledger;

        /// <summary>How many leases each request renewed.</summary>
        public ConcurrentQueue<int> Beats { get; } = new();

        public int Failures { get; set; }

        public Task<AttemptLease> NewAsync(string runId, string key) =>
            Task.FromResult(ledger.AddIntent(new NewIntent(new AttemptIntent(key, runId, "model", 1), "owner", default)));

        public Task<AttemptLease?> FindAsync(string runId, string key, CancellationToken cancellationToken) => _inner.FindAsync(runId, key, cancellationToken);

        public Task<IReadOnlyList<AttemptLease?>> BeatAsync(IReadOnlyList<AttemptLease> leases, DateTimeOffset at, CancellationToken cancellationToken)
        {
            if (Failures > 0)
            {
                Failures--;
                throw new IOException("storage is away");
            }

            Beats.Enqueue(leases.Count);
            return _inner.BeatAsync(leases, at, cancellationToken);
        }

        public Task<bool> TryEndAsync(AttemptLease lease, LeaseState state, CancellationToken cancellationToken) => _inner.TryEndAsync(lease, state, cancellationToken);
    }
}
