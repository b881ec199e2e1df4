using DurableRouter.Functions.Tests.Azurite;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What the app stands on goes away for a while.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Storage_StoppedAndStartedDuringCalls_AllRunsEnd_AndEachCallHasItsRow()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => SaneReplies.For(call) with { After = gate.Task });
        var folder = Directory.CreateTempSubdirectory("azurite-").FullName;
        try
        {
            var ports = AzuriteServer.FreePorts();
            var azurite = await AzuriteServer.StartOnAsync(folder, ports);
            using var setup = await AppSetup.CreateAsync(endpoint.Address, storage: azurite.Connection);
            await using var app = await setup.StartAsync();
            var runs = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.StartDocumentAsync(Samples.Memo)));
            await Eventually.HoldsAsync(() => endpoint.Calls.Count == 5, "each run has a call out");

            await azurite.DisposeAsync();
            gate.SetResult(); // the answers come home while there is nowhere to write them
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
            await using var again = await AzuriteServer.StartOnAsync(folder, ports);

            foreach (var run in runs)
            {
                await app.CompletesWithHelpAsync(run);
            }

            await LedgerLog.MatchesAsync(app, endpoint, runs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
