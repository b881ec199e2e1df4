using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Engine;

public sealed class DayCostTests
{
    [Fact]
    public async Task Cost_OfADay_SumsThePipelinesOrTheFamilysAttemptsByTheirStart_InUtc()
    {
        var probe = new Probe();
        var workflow = new DelegateWorkflow(async (context, input) =>
        {
            await context.CallActivityAsync(Probe.Call, new Note("one"));
            return await context.CallActivityAsync(Probe.Call, new Note("two"));
        });
        await using var engine = await EmbeddedEngineHarness.StartAsync(workflow, probe.Activities);
        var day = DateOnly.FromDateTime(engine.Clock.GetUtcNow().UtcDateTime);
        Assert.Equal(0, await CostAsync("conformance", day));

        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"),
            new RunIndexEntry("conformance", new Dictionary<string, string>(), null), [], null), CancellationToken.None);
        await engine.Runs.WaitAsync("run-1", TimeSpan.FromSeconds(90), CancellationToken.None);
        await engine.StopAndRestartAsync();

        Assert.Equal(0.02m, await CostAsync("conformance", day));
        Assert.Equal(0.02m, await engine.Ledger.CostAsync(new DayAccount(DayAccountKind.Family, "conformance", day), CancellationToken.None));
        Assert.Equal(0, await CostAsync("conformance", day.AddDays(-1)));
        Assert.Equal(0, await CostAsync("conformance", day.AddDays(1)));
        Assert.Equal(0, await CostAsync("other", day));

        Task<decimal> CostAsync(string pipeline, DateOnly of) => engine.Ledger.CostAsync(new DayAccount(DayAccountKind.Pipeline, pipeline, of), CancellationToken.None);
    }
}
