using System.Collections.Concurrent;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Storage;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class TableApprovalStoreTests : ApprovalStoreContract
{
    readonly VirtualClock _clock = new(At);
    readonly RaisedEvents _runs = new();
    StorageLayout _storage = null!;

    [Fact]
    public async Task Decide_OnTwoInstancesAtOnce_OneVoteEndsIt_AndTheRunHearsOfIt()
    {
        var here = await OpenAsync();
        var there = Instance();
        await here.RequestAsync(Record(1), default);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? here : there).DecideAsync(Id(1), r => Approve(r, $"person-{i}"), default)));

        Assert.Equal(("run-1", $"approval:{Id(1)}", $"decision:{Id(1)}"), Assert.Single(_runs.Raised));
        Assert.Empty(await AsleepAsync(there));
    }

    [Fact]
    public async Task Decide_DeathBeforeTheWakeUp_IsFoundByTheSweep()
    {
        var store = (TableApprovalStore)await OpenAsync();
        await store.RequestAsync(Record(1), default);
        _runs.Dies = true;
        await Assert.ThrowsAsync<IOException>(() => store.DecideAsync(Id(1), r => Approve(r, "anna"), default));

        var asleep = Assert.Single(await AsleepAsync(Instance()));
        await store.MarkToldAsync(asleep.Id, default);

        Assert.Equal(("anna", Id(1)), (asleep.Decision!.Subject, asleep.Id));
        Assert.Empty(await AsleepAsync(store));
    }

    [Fact]
    public async Task Decide_WhoseAnswerIsLost_IsCountedOnce_AndTheRunHearsOfItAtOnce()
    {
        await (await OpenAsync()).RequestAsync(Record(1), default);
        var losing = LostAnswer.OfReplacement();
        var storage = await losing.OpenAsync(_storage);
        var store = new TableApprovalStore(storage, new BlobContentStore(storage), () => _runs, _clock);
        var calls = 0;

        var decided = await store.DecideAsync(Id(1), r =>
        {
            calls++;
            return Approve(r, "anna");
        }, default);

        Assert.Equal((1, 1), (losing.Lost, calls));
        Assert.Equal("anna", decided.Decision!.Subject);
        Assert.Equal($"decision:{Id(1)}", Assert.Single(_runs.Raised).Id);
        Assert.Empty(await AsleepAsync(store));
    }

    [Fact]
    public async Task Asleep_DecisionThatNeverCame_IsForgottenLater()
    {
        var store = (TableApprovalStore)await OpenAsync();
        await store.RequestAsync(Record(1), default);
        var hints = new ApprovalHints(_storage.Approvals);
        await hints.AsleepAsync(Id(1), _clock.GetUtcNow(), default);

        Assert.Empty(await AsleepAsync(store));
        Assert.Single(await HintsAsync(hints));
        _clock.Advance(ApprovalHints.DecisionLimit + TimeSpan.FromSeconds(1));
        Assert.Empty(await AsleepAsync(store));
        Assert.Empty(await HintsAsync(hints));
    }

    [Fact]
    public async Task Move_ByTheRunItself_WakesNobody()
    {
        var store = (TableApprovalStore)await OpenAsync();
        await store.RequestAsync(Record(1), default);

        await store.MoveAsync(Id(1), r => r with { Status = ApprovalStatus.Expired }, default);

        Assert.Empty(_runs.Raised);
        Assert.Empty(await AsleepAsync(store));
    }

    [Fact]
    public async Task List_StalePendingHint_IsLeftOut()
    {
        var store = await OpenAsync();
        await store.RequestAsync(Record(1), default);
        await store.MoveAsync(Id(1), r => r with { Status = ApprovalStatus.Withdrawn }, default);
        await new ApprovalHints(_storage.Approvals).AddAsync(Record(1), default);

        Assert.Empty(await store.ListAsync(ApprovalStatus.Pending, null, 10, default));
    }

    protected override async Task<IApprovalStore> OpenAsync()
    {
        _storage = await TestStorage.CreateAsync();
        return Instance();
    }

    TableApprovalStore Instance() => new(_storage, new BlobContentStore(_storage), () => _runs, _clock);

    static async Task<List<ApprovalRecord>> AsleepAsync(TableApprovalStore store)
    {
        var asleep = new List<ApprovalRecord>();
        await foreach (var record in store.AsleepAsync(default))
        {
            asleep.Add(record);
        }

        return asleep;
    }

    static async Task<List<ApprovalHint>> HintsAsync(ApprovalHints hints)
    {
        var found = new List<ApprovalHint>();
        await foreach (var hint in hints.AsleepAsync(default))
        {
            found.Add(hint);
        }

        return found;
    }

    /// <summary>Takes events only.</summary>
    sealed class RaisedEvents : IRunClient
    {
        public ConcurrentQueue<(string Run, string Name, string Id)> Raised { get; } = new();

        public bool Dies { get; set; }

        public Task RaiseEventAsync(string runId, string name, string eventId, System.Text.Json.JsonElement? payload, CancellationToken cancellationToken)
        {
            Raised.Enqueue((runId, name, eventId));
            return Dies ? throw new IOException("the instance dies here") : Task.CompletedTask;
        }

        public Task<StartedRun> StartAsync(StartRun request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RunSnapshot?> GetAsync(string runId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RunSnapshot?> WaitAsync(string runId, TimeSpan limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task PurgeAsync(string runId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string runId, long after, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task WaitForHistoryAsync(string runId, long after, TimeSpan limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
