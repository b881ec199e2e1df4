using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>An instance is stopped as platforms stop them. What it could not finish comes to the next one when the task hub's messages time out: a
/// minute, so it runs with <c>tests/long.runsettings</c> only.</summary>
[Trait("Category", "Long")]
public sealed class GracefulStopTests
{
    [Fact]
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
