using DurableRouter.Core.Approvals;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Approvals;

public class ApprovalDecisionsTests
{
    static readonly Approver Bob = TestPipeline.Person("bob");

    [Fact]
    public async Task SameDecisionAgain_GivesTheSameReceipt_TheOppositeIsRefused()
    {
        var (pipeline, host) = await WaitingAsync();
        var decisions = pipeline.Decisions(host);
        var id = host.Approvals.Pending.Id;

        var first = await decisions.DecideAsync(new DecideApproval(id, ApprovalStatus.Approved, Bob), CancellationToken.None);
        host.Pass(TimeSpan.FromMinutes(1));
        var again = await decisions.DecideAsync(new DecideApproval(id, ApprovalStatus.Approved, Bob), CancellationToken.None);

        Assert.Matches("^[0-9a-f]{64}$", first.Vote.Receipt);
        Assert.Equal(first.Vote.Receipt, again.Vote.Receipt);
        Assert.Equal(ErrorCodes.ApprovalDecided, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.Rejected, Bob)));
        Assert.Equal(ErrorCodes.ApprovalDecided, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.Approved, TestPipeline.Person("carol"))));
    }

    /// <summary>docs/approvals.md tells its owner how to compute it.</summary>
    [Fact]
    public async Task Receipt_CoversCommentAndEdits()
    {
        var (pipeline, host) = await WaitingAsync();
        var edits = System.Text.Json.JsonElement.Parse(TestPipeline.Reasoned);

        var decided = await pipeline.Decisions(host).DecideAsync(
            new DecideApproval(host.Approvals.Pending.Id, ApprovalStatus.Approved, Bob, "read it", edits), CancellationToken.None);

        var time = System.Text.Json.JsonSerializer.Serialize(decided.Vote.DecidedAt.UtcDateTime).Trim('"');
        Assert.Equal(Sha256($"{decided.Record.Id}\n{decided.Record.Digest}\napproved\nbob\n{time}\n{Sha256("read it")}\n{Sha256(TestPipeline.Reasoned)}"),
            decided.Vote.Receipt);

        static string Sha256(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("Alice", ErrorCodes.ApprovalForbidden)]
    [InlineData("ALICE", ErrorCodes.ApprovalForbidden)]
    [InlineData("alicia", null)]
    public async Task RequesterInAnotherSpelling_IsTheSamePerson(string name, string? code)
    {
        var (pipeline, host) = await WaitingAsync();

        Assert.Equal(code, await RefusalAsync(pipeline.Decisions(host),
            new DecideApproval(host.Approvals.Pending.Id, ApprovalStatus.Approved, TestPipeline.Person(name))));
    }

    [Theory]
    [InlineData("dora", true)]
    [InlineData("Łukasz 𠮷田", true)]
    [InlineData("", false)]
    [InlineData(" dora", false)]
    [InlineData("dora\u00a0", false)]
    [InlineData("do\u200bra", false)]
    [InlineData("dora\u202e", false)]
    [InlineData("dora\u3164", false)]
    [InlineData("dora\n", false)]
    public void Name_ThatLooksLikeAnother_IsNoName(string name, bool expected) => Assert.Equal(expected, Approver.IsName(name));

    [Fact]
    public async Task LateDecision_IsRefused_BeforeAndAfterTheRunNoticed()
    {
        var (pipeline, host) = await WaitingAsync();
        var request = new DecideApproval(host.Approvals.Pending.Id, ApprovalStatus.Approved, Bob);
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
        var request = new DecideApproval(host.Approvals.Pending.Id, ApprovalStatus.Approved,
            enforced ? TestPipeline.Person("alice") : Approver.Local("alice"));

        Assert.Equal(code, await RefusalAsync(pipeline.Decisions(host), request));
    }

    [Fact]
    public async Task BadRequests_AreRefusedWithTheirCode()
    {
        var (pipeline, host) = await WaitingAsync();
        var decisions = pipeline.Decisions(host);
        var id = host.Approvals.Pending.Id;

        Assert.Equal(ErrorCodes.ApprovalNotFound, await RefusalAsync(decisions, new DecideApproval("apr-none", ApprovalStatus.Approved, Bob)));
        Assert.Equal(ErrorCodes.InputInvalid, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.ChangesRequested, Bob)));
        Assert.Equal(ErrorCodes.InputInvalid, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.Expired, Bob)));
        Assert.Equal(ErrorCodes.InputInvalid, await RefusalAsync(decisions, new DecideApproval(id, ApprovalStatus.Rejected, Bob, new string('x', 5000))));
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
