using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Every activity of the published app comes twice out of the task hub's queue, as a queue may do that delivers at least once.</summary>
public sealed class DoubleDeliveryTests
{
    [Fact]
    public async Task Call_DeliveredAgainWhileItIsOut_IsMadeOnce()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => SaneReplies.For(call) with { After = gate.Task });
        using var setup = await AppSetup.CreateAsync(endpoint.Address, deliversTwice: true);
        await using var app = await setup.StartAsync();
        var run = await app.StartDocumentAsync(Samples.Memo);
        await Eventually.HoldsAsync(() => endpoint.Calls.Count > 0, "the first call is out");
        await Eventually.HoldsAsync(async () => (await app.StatusAsync()).GetProperty("running").GetInt32() >= 2, "its second delivery is there");

        // Time for the second one to find the first: what it does then it would do at once.
        Assert.False(await Eventually.TryAsync(() => Task.FromResult(endpoint.Calls.Count > 1), TimeSpan.FromSeconds(10)), "the call was made twice");
        gate.SetResult();

        await app.CompletesAsync(run);

        await LedgerLog.MatchesAsync(app, endpoint, run);
        Assert.All(await app.LedgerAsync(run), row => Assert.Equal("ok", row.GetProperty("outcome").GetString()));
    }
}
