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
        var ended = await app.EndAsync(run);

        Assert.True(ended.GetProperty("runtimeStatus").GetString() == "Completed", $"{ended}\n{app.Log}");
        Assert.Equal(endpoint.Calls.Select(call => call.Key), (await app.LedgerAsync(run)).Select(row => row.GetProperty("key").GetString()));
    }
}
