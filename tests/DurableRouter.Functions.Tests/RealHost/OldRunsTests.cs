using Azure.Data.Tables;
using Azure.Storage.Blobs;
using DurableRouter.Functions.Storage;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Runs of today, met by a process whose clock is forty days ahead.</summary>
public sealed class OldRunsTests
{
    [Fact]
    public async Task PurgeOldRuns_TakesEndedRunsAway_AndLeavesTheirLedger_AndWhatWaitsOrIsYoung()
    {
        // Too long for a table's row, so that it lies in the content store.
        var text = Samples.Memo + "\n\n" + string.Concat(Enumerable.Repeat("Nothing else was agreed. ", 4_000));
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        await using var tool = await FakeTool.StartAsync();
        using var setup = await AppSetup.CreateAsync();
        setup.Settings[Settings.Config] = StoryFiles.Write(setup.Folder("config"), endpoint.Address, tool.Address);
        string old, waiting;
        await using (var app = await setup.StartAsync())
        {
            old = await app.StartRunAsync(new { text }, "title");
            waiting = await app.StartDocumentAsync(Samples.Agreement);
            await app.CompletesAsync(old);
            await app.AskedAsync(waiting);
            await app.StopAsync(); // the task hub has written all that it has in memory
        }

        setup.Plant("PLANTED_CLOCK", "40.00:00:00");
        await using var later = await setup.StartAsync();
        var young = await later.StartRunAsync(new { text = Samples.Memo }, "title");
        await later.CompletesAsync(young);
        var storage = new StorageLayout(new TableServiceClient(setup.Storage), new BlobServiceClient(setup.Storage));
        Assert.True(await KeepsAsync(storage, text));

        await later.FireAsync("PurgeOldRuns");

        Assert.Equal(404, (int)(await later.Http.GetAsync($"/api/runs/{old}")).StatusCode);
        Assert.Null(await later.HubStatusAsync(old));
        Assert.False(await KeepsAsync(storage, text));
        Assert.Equal("ok", Assert.Single(await new TableLedger(storage, new BlobContentStore(storage)).AttemptsAsync(old, default)).Outcome.ToString(), ignoreCase: true);
        Assert.Equal("Running", (await later.RunAsync(waiting)).GetProperty("runtimeStatus").GetString());
        Assert.Equal("completed", (await later.RunAsync(young)).GetProperty("outcome").GetString());
    }

    static async Task<bool> KeepsAsync(StorageLayout storage, string text)
    {
        await foreach (var blob in storage.Content.GetBlobsAsync())
        {
            if ((await storage.Content.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content.ToString().Contains(text[^1_000..], StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
