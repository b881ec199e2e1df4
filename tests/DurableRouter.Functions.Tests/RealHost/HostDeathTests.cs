using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The host itself ends in the middle of a call, and another one goes on. What it had taken from the queues is shown again after a minute.</summary>
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

    [Fact]
    [Trait("Duration", "Long")] // Durable's own stop lets messages lie until the queue shows them again, a minute later
    public async Task GracefulStop_DuringACall_TheNextHostEndsTheRun_AndEachCallHasItsRow()
    {
        var calls = new FirstCalls("extract");
        await using var endpoint = await FakeModelEndpoint.StartAsync(calls.Answer);
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        string run;
        await using (var first = await setup.StartAsync())
        {
            run = await first.StartDocumentAsync(Samples.Memo);
            await Eventually.HoldsAsync(() => calls.Held == 1, "the extraction was asked for");
            await first.StopAsync();
        }

        await using var second = await setup.StartAsync();

        await second.CompletesAsync(run);
        await LedgerLog.MatchesAsync(second, endpoint, run);
    }
}
