using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Two instances on one task hub.</summary>
public sealed class TwoHostsTests
{
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
