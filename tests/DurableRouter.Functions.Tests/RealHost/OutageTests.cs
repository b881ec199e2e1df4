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

    [Fact]
    public async Task TwoHostsOnOneHub_OneKilledWithCallsOut_TheOtherEndsItsRuns_AndEachCallHasItsRow()
    {
        var calls = new FirstCalls("extract");
        await using var endpoint = await FakeModelEndpoint.StartAsync(calls.Answer);
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        await using var survivor = await setup.StartAsync();
        string[] runs;
        await using (var other = await setup.StartAsync())
        {
            runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? survivor : other).StartDocumentAsync(Samples.Memo)));
            await Eventually.HoldsAsync(() => calls.Held == runs.Length, "each run has a call out, on one host or the other");
            await other.KillHostAsync();
        }

        // The survivor's own calls hang for ever, too: it loses its worker, and both halves have to be taken up.
        await survivor.KillWorkerAsync();

        foreach (var run in runs)
        {
            await survivor.CompletesAsync(run);
        }

        await LedgerLog.MatchesAsync(survivor, endpoint, runs);
    }
}
