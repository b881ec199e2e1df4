using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The published app on Durable and Azurite, without faults.</summary>
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

    [Fact]
    public async Task StorageRequests_OfARun_AreCounted_InsideBatchesToo()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync();
        using var setup = await AppSetup.CreateAsync(endpoint.Address, storageDelay: TimeSpan.FromMilliseconds(1));
        await using var app = await setup.StartAsync();
        await app.CompletesAsync(await app.StartDocumentAsync(Samples.Memo));

        var counted = await app.StorageAsync();

        var kinds = counted.GetProperty("byKind").EnumerateObject().ToDictionary(kind => kind.Name, kind => kind.Value.GetInt32());
        Assert.Equal(kinds.Values.Sum(), counted.GetProperty("operations").GetInt32());
        Assert.InRange(counted.GetProperty("emptyPolls").GetInt32(), 1, counted.GetProperty("requests").GetInt32() - 1);
        string[] expected =
            ["table batch PUT HUBHistory", "table POST HUBInstances", "queue POST HUB-workitems", "blob PUT durablerouter-content"];
        foreach (var kind in expected)
        {
            Assert.True(kinds.GetValueOrDefault(kind) > 0, $"{kind} is missing in {counted}");
        }
    }
}
