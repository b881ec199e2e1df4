using DurableRouter.Core.Approvals;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Reports;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Approvals;

/// <summary>Triggers together, several approvers, escalation, and what a decision binds to.</summary>
public class ApprovalPolicyTests
{
    static readonly ApprovalTrigger Risky = new(Risk: "high");
    static readonly ApprovalTrigger Dear = new(CostUsd: new Condition("costUsd", Above: 0.0001));
    static readonly ApprovalTrigger TooDear = new(CostUsd: new Condition("costUsd", Above: 10));

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task TriggersTogether_OpenOnlyWhenAllHold(bool within, bool ends)
    {
        var host = await Gated(new([new ApprovalTrigger(All: [Risky, within ? Dear : TooDear])], "reviewers", TimeSpan.FromHours(1)))
            .Host(TestPipeline.Text + " Unlimited liability.").RunAsync();

        Assert.Equal(ends, host.IsDone);
        if (!ends)
        {
            Assert.Matches("^risk: high and the run has cost .*, above 0.0001$", Assert.Single(host.Approvals.Pending.Facts.Reasons));
        }
    }

    [Fact]
    public async Task SeveralTriggers_AnyOneOpens_AndEachThatHoldsIsNamed()
    {
        var host = await Gated(new([Risky, TooDear, Dear], "reviewers", TimeSpan.FromHours(1))).Host(TestPipeline.Text + " Unlimited liability.").RunAsync();

        Assert.Equal(["risk: high", "the run has cost"], host.Approvals.Pending.Facts.Reasons.Select(r => r.Split(" $")[0]));
    }

    [Fact]
    public async Task Quorum_NeedsDifferentPersons_AndTheRunGoesOnWithTheLast()
    {
        var pipeline = Gated(new([], "reviewers", TimeSpan.FromHours(1), Approvals: 2));
        var host = await pipeline.Host().RunAsync();
        var id = host.Approvals.Pending.Id;

        var first = await DecideAsync(pipeline, host, id, "bob");
        Assert.Equal(ApprovalStatus.Pending, first.Record.Status);
        Assert.Equal(ErrorCodes.ApprovalForbidden, await RefusedAsync(pipeline, host, id, "bob"));
        Assert.Equal(ErrorCodes.ApprovalForbidden, await RefusedAsync(pipeline, host, id, "alice"));
        Assert.Equal(ErrorCodes.ApprovalDecided, await RefusedAsync(pipeline, host, id, "bob", ApprovalStatus.Rejected));
        Assert.False((await host.RunAsync()).IsDone);

        var second = await DecideAsync(pipeline, host, id, "carol");
        await host.RunAsync();

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Equal(["bob", "carol"], second.Record.Votes.Select(v => v.Subject));
        Assert.NotEqual(first.Vote.Receipt, second.Vote.Receipt);
        Assert.Equal(first.Vote.Receipt, (await DecideAsync(pipeline, host, id, "bob")).Vote.Receipt);
    }

    [Fact]
    public async Task Quorum_OneRejectionEndsIt_AndNobodyMayEdit()
    {
        var pipeline = Gated(new([], "reviewers", TimeSpan.FromHours(1), Approvals: 3));
        var host = await pipeline.Host().RunAsync();
        var id = host.Approvals.Pending.Id;

        Assert.Equal(ErrorCodes.InputInvalid, await RefusedAsync(pipeline, host, id, "bob", edits: TestPipeline.Reasoned));
        await DecideAsync(pipeline, host, id, "bob");
        await DecideAsync(pipeline, host, id, "carol", ApprovalStatus.Rejected);
        await host.RunAsync();

        Assert.Equal("rejected", host.Output.Outcome);
        Assert.Equal(ErrorCodes.ApprovalDecided, await RefusedAsync(pipeline, host, id, "dan"));
    }

    [Fact]
    public async Task OneTimeLink_UsedAgain_GivesTheSameReceipt_AnotherLinkOfThePersonDoesNot()
    {
        var pipeline = Gated(new([], "reviewers", TimeSpan.FromHours(1), Approvals: 2));
        var host = await pipeline.Host().RunAsync();
        var request = new DecideApproval(host.Approvals.Pending.Id, ApprovalStatus.Approved, new Approver("bob", true, "link", Proof: "one"));

        var first = await pipeline.Decisions(host).DecideAsync(request, CancellationToken.None);
        var again = await pipeline.Decisions(host).DecideAsync(request, CancellationToken.None);
        var other = await Assert.ThrowsAsync<DurableRouterException>(() =>
            pipeline.Decisions(host).DecideAsync(request with { By = request.By with { Proof = "two" } }, CancellationToken.None));

        Assert.Equal(first.Vote.Receipt, again.Vote.Receipt);
        Assert.Equal(ErrorCodes.ApprovalForbidden, other.Code);
        Assert.Single(host.Approvals.Pending.Votes);
    }

    [Fact]
    public async Task Group_OthersMayNotDecide_UntilTheirGroupIsAskedToo()
    {
        var pipeline = Gated(new([], "reviewers", TimeSpan.FromHours(8), Escalate: new EscalationPolicy("managers", TimeSpan.FromHours(2))));
        var host = await pipeline.Host().RunAsync();
        var manager = new DecideApproval(host.Approvals.Pending.Id, ApprovalStatus.Approved, new Approver("mia", true, "key", ["managers"]));
        var (requested, expires) = (host.Approvals.Pending.RequestedAt, host.Approvals.Pending.ExpiresAt);

        var early = await Assert.ThrowsAsync<DurableRouterException>(() => pipeline.Decisions(host).DecideAsync(manager, CancellationToken.None));
        Assert.Equal(ErrorCodes.ApprovalForbidden, early.Code);

        await host.ExpireAsync();
        Assert.Equal(new ApprovalEscalation("managers", requested.AddHours(2)), Assert.Single(host.Approvals.Pending.Escalations));
        Assert.Equal(expires, host.Approvals.Pending.ExpiresAt);
        Assert.Contains(RunEvents.Of(host.History), e => e.Type == "approval.escalated" && e.Data.Group == "managers");

        await pipeline.Decisions(host).DecideAsync(manager, CancellationToken.None);
        Assert.Equal("completed", (await host.RunAsync()).Output.Outcome);
    }

    [Fact]
    public async Task TimeOutThatEscalates_AsksAsLongAgain_ThenDenies()
    {
        var pipeline = Gated(new([], "reviewers", TimeSpan.FromHours(8), "escalate", Escalate: new EscalationPolicy("managers")));
        var host = await pipeline.Host().RunAsync();
        var requested = host.Approvals.Pending.RequestedAt;

        await host.ExpireAsync();
        Assert.Equal(requested.AddHours(16), host.Approvals.Pending.ExpiresAt);
        Assert.Equal(["reviewers", "managers"], host.Approvals.Pending.Groups);

        await host.ExpireAsync();
        Assert.Equal("expired", host.Output.Outcome);
        Assert.Equal(ApprovalStatus.Expired, host.Approvals.All.Single().Status);
    }

    [Fact]
    public async Task DecisionDuringEscalation_Wins()
    {
        var pipeline = Gated(new([], "reviewers", TimeSpan.FromHours(8), Escalate: new EscalationPolicy("managers", TimeSpan.FromHours(2))));
        var host = await pipeline.Host().RunAsync();
        var id = host.Approvals.Pending.Id;

        // Decided in the store, and the deadline passes before its event arrives.
        host.Approvals.Change(id, r => ApprovalMoves.Vote(r, new ApprovalDecision(ApprovalStatus.Approved, "bob", null, null, host.GetUtcNow(), "r")));
        await host.ExpireAsync();

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Empty(host.Approvals.All.Single().Escalations);
    }

    [Fact]
    public async Task FactsChangedInTheStore_NobodyCanDecideOnThem()
    {
        var pipeline = Gated(new([], "reviewers", TimeSpan.FromHours(1)));
        var host = await pipeline.Host().RunAsync();
        var id = host.Approvals.Pending.Id;
        host.Approvals.Change(id, r => r with { Facts = r.Facts with { CostUsd = 0 } });

        Assert.Equal(ErrorCodes.ApprovalForbidden, await RefusedAsync(pipeline, host, id, "bob"));
    }

    [Fact]
    public async Task FactsAndDigestChangedInTheStore_TheDecisionDoesNotCount_AndANewApprovalIsOpened()
    {
        var pipeline = Gated(new([], "reviewers", TimeSpan.FromHours(1)));
        var host = await pipeline.Host().RunAsync();
        var first = host.Approvals.Pending;
        var harmless = first.Facts with { Payload = System.Text.Json.JsonElement.Parse("{}") };
        host.Approvals.Change(first.Id, r => r with { Facts = harmless, Digest = ApprovalIds.Digest(harmless) });

        await DecideAsync(pipeline, host, first.Id, "bob");
        await host.RunAsync();

        var second = host.Approvals.Pending;
        Assert.NotEqual(first.Id, second.Id);
        Assert.Contains(first.Id, second.Facts.Reasons[^1], StringComparison.Ordinal);
        Assert.Equal(first.Facts.Payload!.Value.GetRawText(), second.Facts.Payload!.Value.GetRawText());
        await DecideAsync(pipeline, host, second.Id, "bob");
        Assert.Equal("completed", (await host.RunAsync()).Output.Outcome);
    }

    static TestPipeline Gated(ApprovalPolicy policy) => new TestPipeline().Edit("reason", s => s with { Approval = policy });

    static Task<DecidedApproval> DecideAsync(TestPipeline pipeline, InMemoryHost host, string id, string person,
        ApprovalStatus decision = ApprovalStatus.Approved, string? edits = null) => pipeline.Decisions(host).DecideAsync(
            new DecideApproval(id, decision, TestPipeline.Person(person), Edits: edits is null ? null : System.Text.Json.JsonElement.Parse(edits)),
            CancellationToken.None);

    static async Task<string> RefusedAsync(TestPipeline pipeline, InMemoryHost host, string id, string person,
        ApprovalStatus decision = ApprovalStatus.Approved, string? edits = null) =>
        (await Assert.ThrowsAsync<DurableRouterException>(() => DecideAsync(pipeline, host, id, person, decision, edits))).Code;
}
