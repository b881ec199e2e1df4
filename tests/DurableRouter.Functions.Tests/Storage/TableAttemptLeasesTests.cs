using Azure.Core;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class TableAttemptLeasesTests : IAsyncLifetime
{
    static readonly DateTimeOffset At = new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);
    StorageLayout _storage = null!;
    TableAttemptLeases _leases = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestRuns.WithRunsAsync("run-1");
        _leases = new TableAttemptLeases(_storage);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Find_GivesWhatTheIntentWasWrittenWith()
    {
        var written = await NewAsync("run-1/reason[2]/0/1");

        Assert.Equal(("owner", 0L, AttemptLease.DefaultBeat, LeaseState.Held), (written.Owner, written.Beat, written.BeatEvery, written.State));
        Assert.Equal(written, await _leases.FindAsync("run-1", written.Key, default));
        Assert.Null(await _leases.FindAsync("run-1", "run-1/reason[2]/0/2", default));
    }

    [Fact]
    public async Task Beats_OneAfterTheOther_LeaveTheIntentAsItWas()
    {
        var lease = await NewAsync("run-1/reason/0/1");
        for (var beat = 1; beat <= 3; beat++)
        {
            lease = Assert.Single(await _leases.BeatAsync([lease], At.AddSeconds(beat * 5), default))!;
        }

        Assert.Equal(3, lease.Beat);
        Assert.Equal(lease, await _leases.FindAsync("run-1", lease.Key, default));
        var row = (await _storage.Ledger.FindAsync("run-1", "intent-reason!002f0!002f1", default))!;
        Assert.Equal(("model", 500_000_000_000L, At, At.AddSeconds(15)),
            (row.GetString("Model"), row.GetInt64("UpperBoundUnits"), row.GetDateTimeOffset("At"), row.GetDateTimeOffset("BeatAt")));
    }

    [Fact]
    public async Task Beats_OfOneRun_GoTogether_AgainAndAgain()
    {
        IReadOnlyList<AttemptLease?> leases = [await NewAsync("run-1/a/0/1"), await NewAsync("run-1/b/0/1"), await NewAsync("run-1/c/0/1")];
        for (var beat = 1; beat <= 3; beat++)
        {
            leases = await _leases.BeatAsync([.. leases.Select(l => l!)], At, default);
        }

        Assert.Equal([3L, 3L, 3L], leases.Select(l => l!.Beat));
        foreach (var lease in leases)
        {
            Assert.Equal(lease, await _leases.FindAsync("run-1", lease!.Key, default));
        }
    }

    [Fact]
    public async Task Beats_WithOneThatWasGivenUp_RenewTheOthers()
    {
        var (lost, kept) = (await NewAsync("run-1/a/0/1"), await NewAsync("run-1/b/0/1"));
        Assert.True(await _leases.TryEndAsync(lost, LeaseState.GivenUp, default));

        var beaten = await _leases.BeatAsync([lost, kept], At, default);

        Assert.Null(beaten[0]);
        Assert.Equal(1, beaten[1]!.Beat);
        Assert.Equal(LeaseState.GivenUp, (await _leases.FindAsync("run-1", lost.Key, default))!.State);
    }

    [Fact]
    public async Task GiveUp_AfterABeat_IsRefused()
    {
        var seen = await NewAsync("run-1/a/0/1");
        await _leases.BeatAsync([seen], At, default);

        Assert.False(await _leases.TryEndAsync(seen, LeaseState.GivenUp, default));

        Assert.Equal((1L, LeaseState.Held), (await _leases.FindAsync("run-1", seen.Key, default)) is { } now ? (now.Beat, now.State) : default);
    }

    [Fact]
    public async Task Beat_WhoseAnswerGotLost_IsNoLostLease()
    {
        var lost = new LostAnswer(r => r.Method == RequestMethod.Patch);
        var lease = await NewAsync("run-1/a/0/1");

        var beaten = Assert.Single(await new TableAttemptLeases(await lost.OpenAsync(_storage)).BeatAsync([lease], At, default))!;

        Assert.Equal((1, 1L), (lost.Lost, beaten.Beat));
        Assert.Equal(2, Assert.Single(await _leases.BeatAsync([beaten], At, default))!.Beat);
    }

    [Fact]
    public async Task Intent_WhoseAnswerGotLost_HasALeaseThatBeats()
    {
        var lost = new LostAnswer(r => r.Method == RequestMethod.Post);
        var storage = await lost.OpenAsync(_storage);

        var lease = await NewAsync("run-1/a/0/1", storage);

        Assert.Equal(1, lost.Lost);
        Assert.Equal(1, Assert.Single(await _leases.BeatAsync([lease], At, default))!.Beat);
    }

    async Task<AttemptLease> NewAsync(string key, StorageLayout? storage = null) => (await TestRuns.History(storage ?? _storage)
        .TryAddIntentAsync(new AttemptIntent(key, "run-1", "model", 0.5m), "owner", At))!;
}
