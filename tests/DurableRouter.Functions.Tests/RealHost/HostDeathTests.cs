using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>A whole instance goes, host and worker. What it had in hand comes to the next one when the task hub's messages time out, after a
/// minute.</summary>
public sealed class HostDeathTests
{
    [Fact]
    public async Task HostAndWorker_KilledDuringACall_TheNextHostEndsTheRun_AndEachCallHasItsRow()
    {
        var calls = new FirstCalls("reason");
        await using var endpoint = await FakeModelEndpoint.StartAsync(calls.Answer);
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
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
