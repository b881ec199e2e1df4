using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Workflow;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Budgets;

public class RunBudgetTests
{
    // classify, extract: about 0.002 upper bound each on the small model; reason needs up to about 0.008 on the middle one.
    const decimal Tight = 0.006m;

    [Theory]
    [InlineData(0.1, 0.5, 0.1)]
    [InlineData(0.9, 0.5, 0.5)]
    [InlineData(null, 0.5, 0.5)]
    [InlineData(0.9, null, 0.9)]
    public void Cap_TheCallerOnlyLowersIt(double? callers, double? configured, double cap) =>
        Assert.Equal((decimal)cap, RunBudget.Cap((decimal?)callers, (decimal?)configured));

    [Fact]
    public void Cap_NeitherGiven_IsNone() => Assert.Null(RunBudget.Cap(null, null));

    [Fact]
    public void TryReserve_ParallelReservations_CantCrossTheCapTogether()
    {
        var budget = new RunBudget(1);

        Assert.True(budget.TryReserve(0.6m));
        Assert.False(budget.TryReserve(0.6m));
        budget.Settle(0.6m, 0.1m);
        Assert.True(budget.TryReserve(0.9m));
        Assert.Equal(0m, budget.LeftUsd);
    }

    [Fact]
    public async Task CapReached_ThePersonRaises_TheRunGoesOn()
    {
        var pipeline = new TestPipeline { BudgetUsd = Tight };
        var host = await pipeline.Host().RunAsync();
        var asked = host.Approvals.Pending;
        Assert.Equal((ApprovalKind.Budget, "reason"), (asked.Kind, asked.Step));
        Assert.Equal($"budget {asked.Id}", host.Progress!.WaitingFor);
        Assert.DoesNotContain(host.Ledger, r => r.Step == "reason");

        await pipeline.DecideAsync(host, ApprovalStatus.Approved, edits: """{"raiseUsd":1.5}""");

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Equal(1.5m + Tight, host.Progress!.BudgetUsd);
        Assert.Equal(1, host.Output.Summary.Overrides);
    }

    [Fact]
    public async Task CapReached_ThePersonFinishesCheaper_TheRouteIsDecidedAgain()
    {
        var pipeline = new TestPipeline { BudgetUsd = Tight };
        var host = await pipeline.Host().RunAsync();

        await pipeline.DecideAsync(host, ApprovalStatus.Approved, edits: """{"finish":"cheaper"}""");

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Equal("small", host.Ledger.Single(r => r.Step == "reason").Model);
        Assert.Contains("a person chose to finish cheaper", Assert.Single(host.Output.Degraded), StringComparison.Ordinal);
        Assert.True(host.Output.Summary.TotalUsd <= Tight);
    }

    [Fact]
    public async Task CapReached_ThePersonStops_WhatThereIsIsKept()
    {
        var pipeline = new TestPipeline { BudgetUsd = Tight };
        var host = await pipeline.Host().RunAsync();

        await pipeline.DecideAsync(host, ApprovalStatus.Rejected);

        Assert.Equal("budget_stopped", host.Output.Outcome);
        Assert.Equal(["classify", "extract"], host.Output.Partial!.Keys);
        Assert.Null(new RouterWorkflow(pipeline).Error(host.Output));
    }

    [Fact]
    public async Task CapReached_RaisedTooLittle_IsAskedAgain()
    {
        var pipeline = new TestPipeline { BudgetUsd = Tight };
        var host = await pipeline.Host().RunAsync();

        await pipeline.DecideAsync(host, ApprovalStatus.Approved, edits: """{"raiseUsd":0.000001}""");

        Assert.False(host.IsDone);
        Assert.Equal(2, host.Approvals.All.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"raiseUsd":-1}""")]
    [InlineData("""{"raiseUsd":"much"}""")]
    [InlineData("""{"finish":"now"}""")]
    [InlineData("""{"raiseUsd":1,"finish":"cheaper"}""")]
    public async Task BudgetEdits_ThatDecideNothing_AreRefused(string? edits)
    {
        var pipeline = new TestPipeline { BudgetUsd = Tight };
        var host = await pipeline.Host().RunAsync();

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => pipeline.DecideAsync(host, ApprovalStatus.Approved, edits: edits));

        Assert.Equal(ErrorCodes.InputInvalid, refused.Code);
    }

    [Fact]
    public async Task CallersCap_BindsToo_AndParallelBranchesShareOneQuestion()
    {
        var pipeline = TestPipeline.WithTwoWriters();
        var host = await pipeline.Host(budgetUsd: 0.0013m).RunAsync();

        Assert.Equal(ApprovalKind.Budget, host.Approvals.Pending.Kind);
        await pipeline.DecideAsync(host, ApprovalStatus.Approved, edits: """{"raiseUsd":1}""");

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Single(host.Approvals.All);
    }
}
