using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class TableRunHistoryTests
{
    static readonly DateTimeOffset At = new(2026, 1, 5, 9, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public async Task Append_FromManyWritersAtOnce_NumbersWithoutGaps()
    {
        var storage = await TestRuns.WithRunsAsync("run-1");
        var histories = Enumerable.Range(0, 4).Select(_ => History(storage)).ToList();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => histories[i % 4].AppendAsync("run-1", Entry($"e{i}"))));

        var entries = await histories[0].ReadAsync("run-1", 1, default);
        Assert.Equal(Enumerable.Range(2, 40).Select(i => (long)i), entries.Select(e => e.Sequence));
        Assert.Equal(40, entries.Select(e => e.Name).Distinct().Count());
        Assert.Equal(41, await histories[1].LastAsync("run-1", default));
    }

    [Fact]
    public async Task Append_ToManyRunsAtOnce_EachEntryTwice_KeepsEveryEntryOnce()
    {
        var runs = Enumerable.Range(0, 16).Select(i => $"run-{i}").ToArray();
        var storage = await TestRuns.WithRunsAsync(runs);

        await Task.WhenAll(runs.SelectMany(run => Enumerable.Range(0, 2).Select(async _ =>
        {
            for (var i = 0; i < 25; i++)
            {
                await History(storage).AppendAsync(run, Entry($"e{i}")).WaitAsync(TimeSpan.FromMinutes(2));
            }
        })));

        foreach (var run in runs)
        {
            var entries = await History(storage).ReadAsync(run, 1, default);
            Assert.Equal(Enumerable.Range(0, 25).Select(i => (i + 2L, (string?)$"e{i}")), entries.Select(e => (e.Sequence, e.Name)));
        }
    }

    [Fact]
    public async Task Append_WhereTheHeadDoesNotFitTheEntries_GivesUpWithItsCode()
    {
        var storage = await TestRuns.WithRunsAsync("run-1");
        await storage.Ledger.AddEntityAsync(StorageLayout.NewEntity("run-1", $"{2:D19}"));

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => History(storage).AppendAsync("run-1", Entry("first")));

        Assert.Equal(ErrorCodes.StorageBusy, refused.Code);
    }

    [Fact]
    public async Task Append_SameIdAgain_AddsNothingAndGivesTheFirst()
    {
        var history = History(await TestRuns.WithRunsAsync("run-1", "run-2"));
        var first = await history.AppendAsync("run-1", Entry("same", "1"));

        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => history.AppendAsync("run-1", Entry("same", "2"))));

        Assert.True(first.Added);
        Assert.All(again, a => Assert.Equal((false, 2L, "1"), (a.Added, a.Entry.Sequence, a.Entry.Data!.Value.GetRawText())));
        Assert.Single(await history.ReadAsync("run-1", 1, default));
    }

    [Fact]
    public async Task Append_SameNewIdFromManyAtOnce_IsAddedByOne()
    {
        var storage = await TestRuns.WithRunsAsync("run-1");

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => History(storage).AppendAsync("run-1", Entry("once"))));

        Assert.Single(all, a => a.Added);
        Assert.All(all, a => Assert.Equal(2, a.Entry.Sequence));
    }

    [Fact]
    public async Task Entry_LargeData_ReadsBackWhole()
    {
        var history = History(await TestRuns.WithRunsAsync("run-1", "run-2"));
        var large = JsonSerializer.Serialize(new string('é', 100_000));

        await history.AppendAsync("run-1", Entry("large", large));

        var read = await history.FindAsync("run-1", "large", default);
        Assert.Equal(large, read!.Data!.Value.GetRawText());
        Assert.Equal((2L, At, HistoryKinds.ActivityCompleted, "large", 7L), (read.Sequence, read.At, read.Kind, read.Name, read.Subject));
        Assert.Null(await history.FindAsync("run-1", "none", default));
    }

    [Fact]
    public async Task Read_AfterASequence_GivesTheRest_OfThisRunOnly()
    {
        var history = History(await TestRuns.WithRunsAsync("run-1", "run-2"));
        for (var i = 1; i <= 12; i++)
        {
            await history.AppendAsync("run-1", Entry($"e{i}"));
        }

        await history.AppendAsync("run-2", Entry("other"));

        Assert.Equal([12L, 13L], (await history.ReadAsync("run-1", 11, default)).Select(e => e.Sequence));
        Assert.Equal(0, await history.LastAsync("run-3", default));
    }

    [Fact]
    public async Task Remove_MoreRowsThanOneTransactionTakes_LeavesNothing()
    {
        var history = History(await TestRuns.WithRunsAsync("run-1", "run-2"));
        for (var i = 0; i < 120; i++)
        {
            await history.AppendAsync("run-1", Entry($"e{i}"));
        }

        await Task.WhenAll(history.RemoveAsync("run-1", default), history.RemoveAsync("run-1", default));

        Assert.Empty(await history.ReadAsync("run-1", 0, default));
        Assert.Null(await history.FindAsync("run-1", "e5", default));
    }

    static TableRunHistory History(StorageLayout storage) => TestRuns.History(storage);

    static NewHistoryEntry Entry(string id, string? data = null) =>
        new(id, At, HistoryKinds.ActivityCompleted, id, 7, data is null ? null : JsonElement.Parse(data));
}
