using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using DurableRouter.Core.Workflow;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Steps;

public class LedgerArithmeticTests
{
    [Fact]
    public async Task Total_IsTheSumOfRows_AndEachRowIsTokensTimesPrices()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", new ScriptedReply(TestPipeline.Extracted, Usage: new UsageDetails
        {
            InputTokenCount = 900, CachedInputTokenCount = 400, OutputTokenCount = 300, ReasoningTokenCount = 100, TotalTokenCount = 1200,
        }));

        var host = await pipeline.Host().RunAsync();

        var extract = host.Ledger.Single(r => r.Step == "extract");
        Assert.Equal(new TokenUsage(500, 400, 200, 100), extract.Usage);
        Assert.Equal((500 * 1m + 400 * 0.25m + 300 * 2m) / 1_000_000m, extract.CostUsd);
        foreach (var row in host.Ledger)
        {
            var price = pipeline.Catalog.Single(m => m.Name == row.Model).Price;
            Assert.Equal(CostCalculator.Cost(row.Usage, price), row.CostUsd);
        }

        Assert.Equal(host.Ledger.Sum(r => r.CostUsd), host.Output.Summary.TotalUsd);
        Assert.Equal(host.Output.Summary.TotalUsd, host.Progress!.CostUsd);
    }

    [Fact]
    public async Task Baseline_IsOneCallPerAcceptedAnswerAtTheBaselineModelsPrices()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", "not JSON").Then("small", "verify", TestPipeline.Fails);

        var host = await pipeline.Host().RunAsync();

        var accepted = host.Ledger.Where(r => r.Outcome == AttemptOutcome.Ok).ToList();
        Assert.Equal(6, accepted.Count);
        Assert.Equal(7, host.Ledger.Count);
        Assert.Equal("large", host.Output.Summary.BaselineModel);
        Assert.Equal(accepted.Sum(r => (r.Usage.Input * 16m + r.Usage.Output * 32m) / 1_000_000m), host.Output.Summary.BaselineUsd);
    }

    [Fact]
    public async Task MissingUsage_IsBookedAtTheUpperBound()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", new ScriptedReply(TestPipeline.Extracted, OmitUsage: true));

        var host = await pipeline.Host().RunAsync();

        var row = host.Ledger.Single(r => r.Step == "extract");
        Assert.Equal((UsageSource.Estimated, true), (row.UsageSource, row.UsageSuspect));
        Assert.True(row.CostUsd > 0.0008m);
        Assert.Equal(host.Ledger.Sum(r => r.CostUsd), host.Output.Summary.TotalUsd);
    }

    [Fact]
    public async Task RefusalBeforeAnyToken_CostsNothing_AHangCostsTheUpperBound()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", ScriptedReply.Fails(FailureCodes.RateLimited, true), ScriptedReply.Fails(FailureCodes.TotalTimeout, true));

        var host = await pipeline.Host().RunAsync();

        var rows = host.Ledger.Where(r => r.Step == "extract").ToList();
        Assert.Equal((0m, UsageSource.None), (rows[0].CostUsd, rows[0].UsageSource));
        Assert.True(rows[1].CostUsd > 0);
        Assert.Equal(UsageSource.Estimated, rows[1].UsageSource);
    }

    [Fact]
    public async Task RunRow_SaysWhatTheRunWas()
    {
        var pipeline = new TestPipeline();
        var host = await pipeline.Host().RunAsync();

        var row = new RouterWorkflow(pipeline).Row("run-01", new RunInput(1, "document", "definition-1",
            new Dictionary<string, FieldValue>(), null, null, null), host.Output)!;

        Assert.Equal(("contract", "2", "completed", 4), (row.Category, row.Complexity, row.Outcome, row.Attempts));
        Assert.Equal("classify: tier fast; extract: tier fast; reason: tier balanced; verify: tier fast", row.Route);
        Assert.Equal((host.Output.Summary.TotalUsd, "large", BaselineMethod.Repriced), (row.TotalUsd, row.BaselineModel, row.BaselineMethod));
        Assert.True(row.Simulated);
    }

    [Fact]
    public async Task Latency_IsMeasuredByTheClock()
    {
        var pipeline = new TestPipeline();
        InMemoryHost? host = null;
        pipeline.Models.Then("small", "extract", new ScriptedReply(TestPipeline.Extracted, Before: () => host!.Pass(TimeSpan.FromMilliseconds(1234))));
        host = pipeline.Host();

        await host.RunAsync();

        Assert.Equal(1234, host.Ledger.Single(r => r.Step == "extract").LatencyMs);
    }
}
