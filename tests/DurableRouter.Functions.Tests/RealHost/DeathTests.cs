using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Processes die in the middle of a call, and the published app on Durable and Azurite goes on.</summary>
[Collection(nameof(RunningApp))]
public sealed class DeathTests
{
    [Fact]
    public async Task Worker_KilledDuringACall_TheRunEnds_AndEachCallHasItsRow()
    {
        var calls = new FirstCalls("extract");
        await using var endpoint = await FakeModelEndpoint.StartAsync(calls.Answer);
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        await using var app = await setup.StartAsync();
        var run = await app.StartDocumentAsync(Samples.Memo);
        await Eventually.HoldsAsync(() => calls.Held == 1, "the extraction was asked for");

        await app.KillWorkerAsync();

        await app.CompletesAsync(run);
        await LedgerLog.MatchesAsync(app, endpoint, run);
        var lost = Assert.Single(await app.LedgerAsync(run), row => row.GetProperty("outcome").GetString() != "ok");
        Assert.Equal("outcome_unknown", lost.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task HostAndWorker_KilledDuringACall_TheNextHostEndsTheRun_AndEachCallHasItsRow()
    {
        var calls = new FirstCalls("reason");
        await using var endpoint = await FakeModelEndpoint.StartAsync(calls.Answer);
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        foreach (var queue in (string[])["workItemQueue", "controlQueue"])
        {
            // The shortest that the extension takes: what a dead host had in hand comes back after it.
            setup.Settings[$"AzureFunctionsJobHost__extensions__durableTask__storageProvider__{queue}VisibilityTimeout"] = "00:01:00";
        }

        string run;
        await using (var first = await setup.StartAsync())
        {
            run = await first.StartDocumentAsync(Samples.Memo);
            await Eventually.HoldsAsync(() => calls.Held == 1, "the reasoning was asked for");
            await first.KillHostAsync();
        }

        await using var second = await setup.StartAsync();

        await second.CompletesAsync(run);
        await LedgerLog.MatchesAsync(second, endpoint, run);
    }
}
