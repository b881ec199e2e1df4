using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The published app on Durable and Azurite, without faults.</summary>
[Collection(nameof(RunningApp))]
public sealed class DocumentRunTests
{
    [Fact]
    public async Task Document_OnTheRealHost_RunsToItsEnd_WithOneLedgerRowForEachCall()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync();
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        await using var app = await setup.StartAsync();

        var run = await app.StartDocumentAsync(Samples.Memo);

        await app.CompletesAsync(run);
        await LedgerLog.MatchesAsync(app, endpoint, run);
    }

    [Fact]
    public async Task AHundredRunsAtOnce_AllEnd_WithOneLedgerRowForEachCall()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync();
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        await using var app = await setup.StartAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => app.StartDocumentAsync(Samples.Memo)));

        foreach (var run in runs)
        {
            await app.CompletesAsync(run);
        }

        await LedgerLog.MatchesAsync(app, endpoint, runs);
    }
}
