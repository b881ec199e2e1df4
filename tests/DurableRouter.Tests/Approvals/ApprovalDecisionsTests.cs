using DurableRouter.Core.Approvals;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Pipelines;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Approvals;

public class ApprovalDecisionsTests
{
    [Fact]
    public async Task SameDecisionAgain_GivesTheSameReceipt_TheOppositeIsRefused()
    {
        var (pipeline, host) = await WaitingAsync();
        var decisions = pipeline.Decisions(host);
        var id = host.Approvals.Pending.Id;

        var first = await decisions.DecideAsync(new DecideApproval(id, ApprovalStatus.Approved, "bob"), CancellationToken.None);
        host.Pass(TimeSpan.FromMinutes(1));
        var again = await decisions.DecideAsync(new DecideApproval(id, ApprovalStatus.Approved, "bob"), CancellationToken.None);

        Assert.Matches("^[0-9a-f]{64}$", first.Decision!.Receipt);
        Assert.Equal(first.Decision.Receipt, again.Decision!.Receipt);
        Assert.Equal(ErrorCodes.ApprovalDecided, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.Rejected, "bob")));
        Assert.Equal(ErrorCodes.ApprovalDecided, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.Approved, "carol")));
    }

    [Fact]
    public async Task LateDecision_IsRefused_BeforeAndAfterTheRunNoticed()
    {
        var (pipeline, host) = await WaitingAsync();
        var request = new DecideApproval(host.Approvals.Pending.Id, ApprovalStatus.Approved, "bob");
        host.Pass(TimeSpan.FromHours(24));

        Assert.Equal(ErrorCodes.ApprovalExpired, await RefusalAsync(pipeline.Decisions(host), request));
        await host.ExpireAsync();
        Assert.Equal(ErrorCodes.ApprovalExpired, await RefusalAsync(pipeline.Decisions(host), request));
    }

    [Theory]
    [InlineData(true, ErrorCodes.ApprovalForbidden)]
    [InlineData(false, null)]
    public async Task RequesterDecides_OnlyWithoutSeparation(bool enforced, string? code)
    {
        var (pipeline, host) = await WaitingAsync();
        var request = new DecideApproval(host.Approvals.Pending.Id, ApprovalStatus.Approved, "alice");

        Assert.Equal(code, await RefusalAsync(pipeline.Decisions(host, enforced), request));
    }

    [Fact]
    public async Task BadRequests_AreRefusedWithTheirCode()
    {
        var (pipeline, host) = await WaitingAsync();
        var decisions = pipeline.Decisions(host);
        var id = host.Approvals.Pending.Id;

        Assert.Equal(ErrorCodes.ApprovalNotFound, await RefusalAsync(decisions, new DecideApproval("apr-none", ApprovalStatus.Approved, "bob")));
        Assert.Equal(ErrorCodes.InputInvalid, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.ChangesRequested, "bob")));
        Assert.Equal(ErrorCodes.InputInvalid, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.Expired, "bob")));
        Assert.Equal(ErrorCodes.InputInvalid, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.Rejected, "bob", new string('x', 5000))));
        Assert.Equal(ApprovalStatus.Pending, host.Approvals.Pending.Status);
    }

    static async Task<string?> RefusalAsync(ApprovalDecisions decisions, DecideApproval request)
    {
        try
        {
            await decisions.DecideAsync(request, CancellationToken.None);
            return null;
        }
        catch (DurableRouterException e)
        {
            return e.Code;
        }
    }

    static async Task<(TestPipeline, InMemoryHost)> WaitingAsync()
    {
        var pipeline = new TestPipeline();
        pipeline.Edit("reason", s => s with { Approval = new ApprovalPolicy([], "reviewers", TimeSpan.FromHours(24)) });
        return (pipeline, await pipeline.Host().RunAsync());
    }
}
