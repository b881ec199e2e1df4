using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Storage;

/// <summary>What is written to a run at once: all of it, or nothing.</summary>
public sealed class RunWriteTests
{
    static readonly DateTimeOffset At = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    static readonly AttemptIntent Pay = new("run-1/pay/0/1", "run-1", "model", 0.5m);

    [Fact]
    public async Task Intent_FromManyDeliveriesAtOnce_IsFreshForOne_AndSoIsItsEntry()
    {
        var storage = await TestRuns.WithRunsAsync("run-1");

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => TestRuns.History(storage).WriteAsync("run-1", Begin($"owner-{i}"), default)));

        var fresh = Assert.Single(all, w => w.Result == RunWriteResult.Written);
        Assert.StartsWith("owner-", fresh.Lease!.Owner);
        Assert.Equal(19, all.Count(w => w.Result == RunWriteResult.EntryTaken));
        Assert.Equal([1L, 2L], (await TestRuns.History(storage).ReadAsync("run-1", 0, default)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task CallAndItsRow_AreOpenAndAnswered_WithTheirEntries()
    {
        var storage = await TestRuns.WithRunsAsync("run-1");
        var history = TestRuns.History(storage);
        var begun = await history.WriteAsync("run-1", Begin("owner"), default);
        Assert.Equal(1, (await TestRuns.Index(storage).GetAsync("run-1", default))!.OpenCalls);

        var completed = await history.WriteAsync("run-1", End(begun.First) with { Attempt = Row(), AnswersIntent = true }, default);

        Assert.Equal((2L, 3L, 0), (begun.First, completed.First, completed.Run!.OpenCalls));
        Assert.Equal(0, (await TestRuns.Index(storage).GetAsync("run-1", default))!.OpenCalls);
        Assert.Equal("run-1/pay/0/1", Assert.Single(await Ledger(storage).AttemptsAsync("run-1", default)).Key);
        Assert.Equal(2, (await history.FindAsync("run-1", "call-1-completed", default))!.Subject);
    }

    [Fact]
    public async Task RowThatStands_RefusesItsEntryToo()
    {
        var storage = await TestRuns.WithRunsAsync("run-1");
        await Ledger(storage).AddAsync(Row() with { CostUsd = 1 }, default);

        var refused = await TestRuns.History(storage).WriteAsync("run-1", End(0) with { Attempt = Row() }, default);

        Assert.Equal(RunWriteResult.AttemptTaken, refused.Result);
        Assert.Single(await TestRuns.History(storage).ReadAsync("run-1", 0, default));
        Assert.Equal(1, Assert.Single(await Ledger(storage).AttemptsAsync("run-1", default)).CostUsd);
    }

    [Fact]
    public async Task IntentThatStands_IsToldFromAnEntryThatStands()
    {
        var history = TestRuns.History(await TestRuns.WithRunsAsync("run-1"));
        await history.WriteAsync("run-1", Begin("owner"), default);

        var other = await history.WriteAsync("run-1", Begin("owner") with { Entries = [Entry("call-2", HistoryKinds.ActivityScheduled)] }, default);

        Assert.Equal(RunWriteResult.IntentTaken, other.Result);
        Assert.Null(await history.FindAsync("run-1", "call-2", default));
    }

    [Fact]
    public async Task EndedRun_TakesNothing_ThroughAnyInstance_NorDoesAnUnknownOne()
    {
        var storage = await TestRuns.WithRunsAsync("run-1");
        var stale = TestRuns.History(storage);
        await stale.WriteAsync("run-1", new RunWrite(Entry("note", HistoryKinds.EventReceived)), default); // it knows the head now
        var end = new RunEnding(RuntimeStatus.Terminated, At, null, null);
        await TestRuns.History(storage).WriteAsync("run-1", new RunWrite(Entry(RunEntity.EndEntry, HistoryKinds.RunTerminated)) { End = end }, default);

        var late = await stale.WriteAsync("run-1", Begin("owner"), default);

        Assert.Equal((RunWriteResult.Ended, RuntimeStatus.Terminated), (late.Result, late.Ended));
        Assert.Equal(3, (await stale.ReadAsync("run-1", 0, default)).Count);
        Assert.Equal(RunWriteResult.Unknown, (await stale.WriteAsync("run-2", Begin("owner"), default)).Result);
    }

    [Fact]
    public async Task TwoEntriesOfOneWrite_ReferToEachOther()
    {
        var history = TestRuns.History(await TestRuns.WithRunsAsync("run-1"));

        await history.WriteAsync("run-1", new RunWrite(Entry("call-1", HistoryKinds.ActivityScheduled),
            Entry("call-1-completed", HistoryKinds.ActivityCompleted) with { Subject = NewHistoryEntry.Previous }), default);

        Assert.Equal([(2L, 0L), (3L, 2L)], (await history.ReadAsync("run-1", 1, default)).Select(e => (e.Sequence, e.Subject)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TransactionWhoseAnswerGotLost_IsOneWrite_AndItsOwn(bool withEntries)
    {
        var lost = LostAnswer.OfTransaction();
        var storage = await TestRuns.WithRunsAsync("run-1");
        var history = TestRuns.History(await lost.OpenAsync(storage));

        var written = await history.WriteAsync("run-1", withEntries ? Begin("owner") : Begin("owner") with { Entries = [] }, default);

        Assert.Equal((1, RunWriteResult.Written, "owner"), (lost.Lost, written.Result, written.Lease?.Owner));
        Assert.Equal(withEntries ? 2 : 1, (await history.ReadAsync("run-1", 0, default)).Count);
        Assert.Equal(1, (await TestRuns.Index(storage).GetAsync("run-1", default))!.OpenCalls);
    }

    [Fact]
    public async Task RunRow_StandsWithTheEnd()
    {
        var storage = await TestRuns.WithRunsAsync("run-1");
        var row = new RunRow("run-1", "document", "papers", "invoice", "3", new string('r', 40 * 1024), "completed", 1.000000000001m, "big", BaselineMethod.Repriced,
            3m, true, false, 4, false, null, 1);

        await TestRuns.History(storage).WriteAsync("run-1", new RunWrite(Entry(RunEntity.EndEntry, HistoryKinds.RunCompleted))
        {
            End = new RunEnding(RuntimeStatus.Completed, At, null, null),
            Row = row,
        }, default);

        Assert.Equal(row, await Ledger(storage).RunAsync("run-1", default));
        Assert.Empty(await Ledger(storage).AttemptsAsync("run-1", default));
    }

    /// <summary>How many requests a call costs beside those of the task hub: docs/azure-storage.md says so, too.</summary>
    [Fact]
    public async Task CallOfAnInstanceThatWroteTheRunLast_IsThreeRequests()
    {
        var counted = new CountedRequests();
        var storage = await counted.OpenAsync(await TestRuns.WithRunsAsync("run-1"));
        var (history, ledger) = (TestRuns.History(storage), Ledger(storage));
        await history.WriteAsync("run-1", new RunWrite(Entry("note", HistoryKinds.EventReceived)), default);
        counted.Reset();

        var begun = await history.WriteAsync("run-1", Begin("owner"), default);
        await history.WriteAsync("run-1", End(begun.First) with { Attempt = Row(), AnswersIntent = true }, default);
        await ledger.CopyAsync(Row(), default);

        Assert.Equal(3, counted.Count);
    }

    static TableLedger Ledger(StorageLayout storage) => new(storage, new BlobContentStore(storage));

    static RunWrite Begin(string owner) => new(Entry("call-1", HistoryKinds.ActivityScheduled)) { Intent = new NewIntent(Pay, owner, At) };

    static RunWrite End(long subject) => new(Entry("call-1-completed", HistoryKinds.ActivityCompleted) with { Subject = subject });

    static NewHistoryEntry Entry(string id, string kind) => new(id, At, kind, "Call", 0, null);

    static AttemptRow Row() => LedgerContract.Row("run-1", "pay", 1, 0);
}
