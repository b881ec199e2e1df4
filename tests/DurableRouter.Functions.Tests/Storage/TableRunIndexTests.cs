using System.Text.Json;
using Azure.Data.Tables;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class TableRunIndexTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 30, 23, 0, 0, TimeSpan.Zero);
    static readonly RunQuery Everything = new([], null, null, null, null, 100, null);

    [Fact]
    public async Task Claim_NewRun_ReadsBack()
    {
        var index = Index(await TestStorage.CreateAsync());
        var entry = Entry("run-1", 0) with { Index = new RunIndexEntry("document", new Dictionary<string, string> { ["env"] = "prod", ["a b/ü"] = "1" }, "ci") };

        var claim = await index.ClaimAsync(entry, null, default);

        var read = (await index.GetAsync("run-1", default))!;
        Assert.True(claim.Fresh);
        Assert.Equal(("document", "ci", "1", 3, entry.CreatedAt), (read.Index.Pipeline, read.Index.Requester, read.Index.Tags["a b/ü"], read.WorkflowVersion, read.CreatedAt));
        Assert.Null(await index.GetAsync("run-none", default));
    }

    [Fact]
    public async Task Claim_SameKeyFromAThousandAtOnce_MakesOneRun()
    {
        var storage = await TestStorage.CreateAsync();
        var index = Index(storage);
        var key = new IdempotencyClaim("caller/a#key?", "hash");

        var claims = new System.Collections.Concurrent.ConcurrentBag<RunClaim>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, ct) =>
            claims.Add(await index.ClaimAsync(Entry($"run-{i}", i), key, ct)));

        Assert.Single(claims, c => c.Fresh);
        Assert.Single(claims.Select(c => c.Entry.RunId).Distinct());
        Assert.Single((await index.ListAsync(Everything, default)).Entries);
        Assert.Single(await UnsettledAsync(index, Start.AddDays(9)));
    }

    [Fact]
    public async Task Reopen_TakesTheEndBack_Once_AndTheSweepFindsTheRunAgain()
    {
        var index = Index(await TestStorage.CreateAsync());
        var claimed = (await index.ClaimAsync(Entry("run-1", 0), null, default)).Entry;
        var ended = (await index.UpdateAsync(claimed with { End = new(RuntimeStatus.Failed, Start, null, new("non_determinism", "why")) }, default))!;
        await index.SettledAsync(ended.RunId, ended.CreatedAt, default);

        var reopened = await index.ReopenAsync(ended, default);

        Assert.Null(await index.ReopenAsync(ended, default)); // somebody was faster
        var read = (await index.GetAsync("run-1", default))!;
        Assert.Equal((null, 1, reopened!.ETag), (read.End, read.Reopened, read.ETag));
        Assert.Single(await UnsettledAsync(index, Start.AddDays(9)));
    }

    [Fact]
    public async Task Claim_SameKeyOtherRequest_IsRefused()
    {
        var index = Index(await TestStorage.CreateAsync());
        await index.ClaimAsync(Entry("run-1", 0), new IdempotencyClaim("k", "hash-1"), default);

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => index.ClaimAsync(Entry("run-2", 0), new IdempotencyClaim("k", "hash-2"), default));

        Assert.Equal(ErrorCodes.IdempotencyMismatch, refused.Code);
        Assert.Null(await index.GetAsync("run-2", default));
    }

    [Fact]
    public async Task Claim_TakenId_IsRefusedWithoutItsKey()
    {
        var index = Index(await TestStorage.CreateAsync());
        await index.ClaimAsync(Entry("run-1", 0), new IdempotencyClaim("k", "hash"), default);

        var without = await Assert.ThrowsAsync<DurableRouterException>(() => index.ClaimAsync(Entry("run-1", 5), null, default));
        var other = await Assert.ThrowsAsync<DurableRouterException>(() => index.ClaimAsync(Entry("run-1", 5), new IdempotencyClaim("k2", "hash"), default));

        Assert.Equal((ErrorCodes.RunIdTaken, ErrorCodes.RunIdTaken), (without.Code, other.Code));
        Assert.Single(await UnsettledAsync(index, Start.AddDays(1)));
    }

    [Fact]
    public async Task Claim_DeathAfterTheKey_IsFinishedByTheRetry()
    {
        var storage = await TestStorage.CreateAsync();
        var index = Index(storage);
        var key = new IdempotencyClaim("k", "hash");
        await index.ClaimAsync(Entry("run-1", 0), key, default);
        foreach (var left in new[] { "head", "id-run-started", $"{1:D19}" })
        {
            await storage.Ledger.DeleteEntityAsync("run-1", left);
        }

        var row = Assert.Single(await RowsAsync(storage));
        await storage.Runs.DeleteEntityAsync(row.PartitionKey, row.RowKey);

        var retried = await index.ClaimAsync(Entry("run-2", 7), key, default);

        Assert.Equal((true, "run-1"), (retried.Fresh, retried.Entry.RunId));
        Assert.Equal("run-1", Assert.Single((await index.ListAsync(Everything, default)).Entries).RunId);
    }

    [Fact]
    public async Task Claim_DeathBeforeTheListsRow_IsFinishedByTheRetry()
    {
        var storage = await TestStorage.CreateAsync();
        var index = Index(storage);
        var key = new IdempotencyClaim("k", "hash");
        await index.ClaimAsync(Entry("run-1", 0), key, default);
        var row = Assert.Single(await RowsAsync(storage));
        await storage.Runs.DeleteEntityAsync(row.PartitionKey, row.RowKey);

        Assert.False((await index.ClaimAsync(Entry("run-2", 7), key, default)).Fresh);

        Assert.Equal("run-1", Assert.Single((await index.ListAsync(Everything, default)).Entries).RunId);
    }

    [Fact]
    public async Task Ended_DeathBeforeTheListsRow_WritesTheRow()
    {
        var storage = await TestStorage.CreateAsync();
        var index = Index(storage);
        await index.ClaimAsync(Entry("run-1", 0), null, default);
        var row = Assert.Single(await RowsAsync(storage));
        await storage.Runs.DeleteEntityAsync(row.PartitionKey, row.RowKey);
        var end = new RunEnding(RuntimeStatus.Failed, Start, JsonElement.Parse("""{"outcome":"failed"}"""), new RunError("c", "m"));

        await index.EndedAsync((await EndAsync(storage, "run-1", end)).Run!, end, default);

        var listed = Assert.Single((await index.ListAsync(Everything, default)).Entries);
        Assert.Equal(("run-1", RuntimeStatus.Failed, "c"), (listed.RunId, listed.End!.Status, listed.End.Error!.Code));
        Assert.Equal("""{"outcome":"failed"}""", (await index.GetAsync("run-1", default))!.End!.Output!.Value.GetRawText());
    }

    [Fact]
    public async Task End_IsWrittenOnce_AndAnUpdateOfAnEarlierReadingIsRefused()
    {
        var storage = await TestStorage.CreateAsync();
        var index = Index(storage);
        var read = (await index.ClaimAsync(Entry("run-1", 0), null, default)).Entry;
        var large = JsonElement.Parse(JsonSerializer.Serialize(new string('x', 40 * 1024)));
        var summary = JsonElement.Parse("""{"outcome":"completed"}""");
        var end = new RunEnding(RuntimeStatus.Completed, Start.AddMinutes(1), large, null) { Summary = summary, Progress = new RunProgress(null, "4/4", null, 1.5m, null) };

        var written = await EndAsync(storage, "run-1", end);
        var late = await EndAsync(storage, "run-1", new RunEnding(RuntimeStatus.Terminated, Start.AddMinutes(2), null, new RunError("run_terminated", "m")));
        await index.EndedAsync(written.Run!, end, default);

        Assert.Equal((RunWriteResult.Ended, RuntimeStatus.Completed), (late.Result, late.Ended));
        Assert.Null(await index.UpdateAsync(read with { ClaimedAt = Start.AddMinutes(3) }, default));
        var now = (await index.GetAsync("run-1", default))!;
        Assert.Equal((RuntimeStatus.Completed, Start.AddMinutes(1), end.Progress), (now.End!.Status, now.End.At, now.End.Progress));
        Assert.Equal(large.GetRawText(), now.End.Output!.Value.GetRawText());
        var listed = Assert.Single((await index.ListAsync(Everything, default)).Entries);
        Assert.Equal((RuntimeStatus.Completed, summary.GetRawText(), end.Progress), (listed.End!.Status, listed.End.Output!.Value.GetRawText(), listed.End.Progress));

        Assert.NotNull(await index.UpdateAsync(now with { PurgedAt = Start.AddDays(1) }, default));
        Assert.Empty((await index.ListAsync(Everything, default)).Entries);
        var gone = (await index.GetAsync("run-1", default))!;
        Assert.Equal((null, null), (gone.Input, gone.End!.Output));
        Assert.NotNull(gone.PurgedAt);
    }

    [Fact]
    public async Task Get_RunWhosePurgeDiedAfterItsContent_IsStillReadable()
    {
        var storage = await TestStorage.CreateAsync();
        var index = Index(storage);
        await index.ClaimAsync(Entry("run-1", 0) with { Input = JsonElement.Parse(JsonSerializer.Serialize(new string('x', 40 * 1024))) }, null, default);
        await EndAsync(storage, "run-1", new RunEnding(RuntimeStatus.Completed, Start, JsonElement.Parse(JsonSerializer.Serialize(new string('y', 40 * 1024))), null));

        await new BlobContentStore(storage).RemoveAsync("run-1", default);

        var read = (await index.GetAsync("run-1", default))!;
        Assert.Equal((null, null), (read.Input, read.End!.Output));
        Assert.Single((await index.ListAsync(Everything, default)).Entries);
    }

    [Fact]
    public async Task Unsettled_OldestFirst_WithoutPurgedOnes_UntilItIsSaid()
    {
        var index = Index(await TestStorage.CreateAsync());
        for (var i = 0; i < 5; i++)
        {
            var claim = await index.ClaimAsync(Entry($"run-{i}", i), null, default);
            if (i % 2 == 1)
            {
                var end = new RunEnding(RuntimeStatus.Failed, Start, null, new RunError("c", "m"));
                await index.UpdateAsync(claim.Entry with { End = end, PurgedAt = i == 3 ? Start : null }, default);
            }
        }

        Assert.Equal(["run-0", "run-1", "run-2"], await UnsettledAsync(index, Start.AddMinutes(4)));
        await index.SettledAsync("run-1", Start.AddMinutes(1), default);
        Assert.Equal(["run-0", "run-2"], await UnsettledAsync(index, Start.AddMinutes(4)));
    }

    static TableRunIndex Index(StorageLayout storage) => TestRuns.Index(storage);

    static RunEntry Entry(string id, int minute) => TestRuns.Entry(id, Start.AddMinutes(minute));

    static async Task<RunWritten> EndAsync(StorageLayout storage, string runId, RunEnding end) => await TestRuns.History(storage).WriteAsync(runId,
        new RunWrite(new NewHistoryEntry(RunEntity.EndEntry, end.At, HistoryKinds.RunCompleted, null, 0, end.Output)) { End = end }, default);

    static async Task<List<string>> UnsettledAsync(TableRunIndex index, DateTimeOffset before)
    {
        var ids = new List<string>();
        await foreach (var entry in index.UnsettledAsync(before, default))
        {
            ids.Add(entry.RunId);
        }

        return ids;
    }

    static async Task<List<TableEntity>> RowsAsync(StorageLayout storage)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in storage.Runs.QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }
}
