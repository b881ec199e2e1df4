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
        var storage = await TestStorage.CreateAsync();
        var histories = Enumerable.Range(0, 4).Select(_ => History(storage)).ToList();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => histories[i % 4].AppendAsync("run-1", Entry($"e{i}"), default)));

        var entries = await histories[0].ReadAsync("run-1", 0, default);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), entries.Select(e => e.Sequence));
        Assert.Equal(40, entries.Select(e => e.Name).Distinct().Count());
        Assert.Equal(40, await histories[1].LastAsync("run-1", default));
    }

    [Fact]
    public async Task Append_ToManyRunsAtOnce_EachEntryTwice_KeepsEveryEntryOnce()
    {
        var storage = await TestStorage.CreateAsync();
        var runs = Enumerable.Range(0, 16).Select(i => $"run-{i}").ToList();

        await Task.WhenAll(runs.SelectMany(run => Enumerable.Range(0, 2).Select(async _ =>
        {
            for (var i = 0; i < 25; i++)
            {
                await History(storage).AppendAsync(run, Entry($"e{i}"), default).WaitAsync(TimeSpan.FromMinutes(2));
            }
        })));

        foreach (var run in runs)
        {
            var entries = await History(storage).ReadAsync(run, 0, default);
            Assert.Equal(Enumerable.Range(0, 25).Select(i => (i + 1L, (string?)$"e{i}")), entries.Select(e => (e.Sequence, e.Name)));
        }
    }

    [Fact]
    public async Task Append_WhereTheHeadDoesNotFitTheEntries_GivesUpWithItsCode()
    {
        var storage = await TestStorage.CreateAsync();
        await storage.RunHistory.AddEntityAsync(StorageLayout.NewEntity("run-1", $"{1:D19}"));

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => History(storage).AppendAsync("run-1", Entry("first"), default));

        Assert.Equal(ErrorCodes.StorageBusy, refused.Code);
    }

    [Fact]
    public async Task Append_SameIdAgain_AddsNothingAndGivesTheFirst()
    {
        var history = History(await TestStorage.CreateAsync());
        var first = await history.AppendAsync("run-1", Entry("same", "1"), default);

        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => history.AppendAsync("run-1", Entry("same", "2"), default)));

        Assert.True(first.Added);
        Assert.All(again, a => Assert.Equal((false, 1L, "1"), (a.Added, a.Entry.Sequence, a.Entry.Data!.Value.GetRawText())));
        Assert.Single(await history.ReadAsync("run-1", 0, default));
    }

    [Fact]
    public async Task Append_SameNewIdFromManyAtOnce_IsAddedByOne()
    {
        var storage = await TestStorage.CreateAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => History(storage).AppendAsync("run-1", Entry("once"), default)));

        Assert.Single(all, a => a.Added);
        Assert.All(all, a => Assert.Equal(1, a.Entry.Sequence));
    }

    [Fact]
    public async Task Entry_LargeData_ReadsBackWhole()
    {
        var history = History(await TestStorage.CreateAsync());
        var large = JsonSerializer.Serialize(new string('é', 100_000));

        await history.AppendAsync("run-1", Entry("large", large), default);

        var read = await history.FindAsync("run-1", "large", default);
        Assert.Equal(large, read!.Data!.Value.GetRawText());
        Assert.Equal((1L, At, HistoryKinds.ActivityCompleted, "large", 7L), (read.Sequence, read.At, read.Kind, read.Name, read.Subject));
        Assert.Null(await history.FindAsync("run-1", "none", default));
    }

    [Fact]
    public async Task Read_AfterASequence_GivesTheRest_OfThisRunOnly()
    {
        var history = History(await TestStorage.CreateAsync());
        for (var i = 1; i <= 12; i++)
        {
            await history.AppendAsync("run-1", Entry($"e{i}"), default);
        }

        await history.AppendAsync("run-2", Entry("other"), default);

        Assert.Equal([11L, 12L], (await history.ReadAsync("run-1", 10, default)).Select(e => e.Sequence));
        Assert.Equal(0, await history.LastAsync("run-3", default));
    }

    [Fact]
    public async Task Remove_MoreRowsThanOneTransactionTakes_LeavesNothing()
    {
        var history = History(await TestStorage.CreateAsync());
        for (var i = 0; i < 120; i++)
        {
            await history.AppendAsync("run-1", Entry($"e{i}"), default);
        }

        await Task.WhenAll(history.RemoveAsync("run-1", default), history.RemoveAsync("run-1", default));

        Assert.Empty(await history.ReadAsync("run-1", 0, default));
        Assert.Equal(0, await history.LastAsync("run-1", default));
        Assert.Null(await history.FindAsync("run-1", "e5", default));
    }

    static TableRunHistory History(StorageLayout storage) => new(storage, new BlobContentStore(storage));

    static NewHistoryEntry Entry(string id, string? data = null) =>
        new(id, At, HistoryKinds.ActivityCompleted, id, 7, data is null ? null : JsonElement.Parse(data));
}
