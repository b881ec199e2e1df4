using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Processes die in the middle of a call, and the published app on Durable and Azurite goes on.</summary>
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
    public async Task Call_ThatExceedsTheFunctionsTime_CostsItsWorker_AndTheRunEnds()
    {
        var calls = new FirstCalls("extract");
        await using var endpoint = await FakeModelEndpoint.StartAsync(calls.Answer);
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        setup.LetModelsTakeTheirTime();
        setup.Settings["AzureFunctionsJobHost__functionTimeout"] = "00:00:30"; // longer than a silent owner is waited for
        await using var app = await setup.StartAsync();

        var run = await app.StartDocumentAsync(Samples.Memo);

        await app.CompletesAsync(run);
        Assert.Equal(1, (await app.StatusAsync()).GetProperty("restarts").GetInt32());
        await LedgerLog.MatchesAsync(app, endpoint, run);
    }
}
