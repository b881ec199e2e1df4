using DurableRouter.Core.Ledger;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests;

public class RouterWorkflowTests
{
    [Fact]
    public async Task Run_EverythingAnswers_CompletesWithOneRowPerStep()
    {
        var pipeline = new TestPipeline();

        var host = await pipeline.Host().RunAsync();

        Assert.True(host.IsDone);
        Assert.Equal("completed", host.Output.Outcome);
        Assert.Equal("Acme owes 500 EUR", host.Output.Output!.Inline!.Value.GetProperty("items")[0].GetProperty("fact").GetString());
        Assert.Equal(["classify small", "extract small", "reason middle", "verify small"], host.Ledger.Select(r => $"{r.Step} {r.Model}"));
        Assert.All(host.Ledger, r => Assert.Equal(AttemptOutcome.Ok, r.Outcome));
        Assert.Equal("4/4", host.Progress!.Progress);
        Assert.Null(host.Progress.Step);
    }
}
