using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Workflow;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Steps;

public class FallbackTests
{
    static readonly FallbackPolicy Sideways = new(FallbackDirection.Sideways);

    [Fact]
    public async Task RateLimitThenHang_ThirdModelAnswers_LeavesThreeRows()
    {
        var pipeline = new TestPipeline();
        pipeline.Catalog = [.. pipeline.Catalog.Select(m => m with { Retries = m.Retries with { Attempts = 1 } })];
        pipeline.Models.Then("small", "extract", ScriptedReply.Fails(FailureCodes.RateLimited, retryable: true))
            .Then("small-b", "extract", ScriptedReply.Fails(FailureCodes.FirstByteTimeout, retryable: true));

        var host = await pipeline.Host().RunAsync();

        var rows = host.Ledger.Where(r => r.Step == "extract").ToList();
        Assert.Equal(["small rate_limited 0", "small-b first_byte_timeout 1", "middle  2"], rows.Select(r => $"{r.Model} {r.FailureCode} {r.Candidate}"));
        Assert.Equal(["run-01/extract/0/1", "run-01/extract/0/2", "run-01/extract/0/3"], rows.Select(r => r.Key));
        Assert.Equal("completed", host.Output.Outcome);
        Assert.True(host.Output.Summary.FallbackUsed);
        Assert.Empty(host.Output.Degraded);
    }

    [Fact]
    public async Task RetryAfterWithinTheCap_SameModelAnswersNotBeforeIt()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "classify", ScriptedReply.Fails(FailureCodes.RateLimited, true, TimeSpan.FromSeconds(40)));

        var host = await pipeline.Host().RunAsync();

        var rows = host.Ledger.Where(r => r.Step == "classify").ToList();
        Assert.Equal(["small", "small"], rows.Select(r => r.Model));
        Assert.InRange(rows[1].StartedAt - rows[0].StartedAt, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(41));
    }

    [Fact]
    public async Task RetryAfterBeyondTheCap_NextCandidateAnswersAtOnce()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "classify", ScriptedReply.Fails(FailureCodes.RateLimited, true, TimeSpan.FromMinutes(10)));

        var host = await pipeline.Host().RunAsync();

        var rows = host.Ledger.Where(r => r.Step == "classify").ToList();
        Assert.Equal(["small", "small-b"], rows.Select(r => r.Model));
        Assert.Equal(rows[0].StartedAt, rows[1].StartedAt);
    }

    [Theory]
    [InlineData(FailureCodes.QuotaExhausted)]
    [InlineData(FailureCodes.ContextTooLong)]
    [InlineData(FailureCodes.Unauthorized)]
    public async Task HopelessFailure_ModelIsNotAskedAgain(string code)
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "classify", ScriptedReply.Fails(code));

        var host = await pipeline.Host().RunAsync();

        Assert.Equal(["small", "small-b"], host.Ledger.Where(r => r.Step == "classify").Select(r => r.Model));
    }

    [Fact]
    public async Task CutAnswer_IsNeitherRepairedNorRepeated()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", new ScriptedReply(TestPipeline.Extracted[..20], Finish: ChatFinishReason.Length));

        var host = await pipeline.Host().RunAsync();

        Assert.Equal(["small output_truncated", "small-b "], host.Ledger.Where(r => r.Step == "extract").Select(r => $"{r.Model} {r.FailureCode}"));
    }

    [Theory]
    [InlineData(false, "failed", new[] { "small" })]
    [InlineData(true, "completed", new[] { "small", "small-b" })]
    public async Task ContentFilter_NextCandidateOnlyIfTheFamilyAllows(bool allowed, string outcome, string[] models)
    {
        var pipeline = new TestPipeline { Fallback = new FallbackPolicy(OnContentFilter: allowed) };
        pipeline.Models.Then("small", "extract", ScriptedReply.Fails(FailureCodes.ContentFiltered));

        var host = await pipeline.Host().RunAsync();

        Assert.Equal(outcome, host.Output.Outcome);
        Assert.Equal(models, host.Ledger.Where(r => r.Step == "extract").Select(r => r.Model));
    }

    [Fact]
    public async Task MisquotedAnswer_IsShownToItsModelOnce()
    {
        const string invented = """{"items":[{"fact":"x","quote":"shall pay 900 EUR every week"}],"confidence":0.9}""";
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", invented);

        var host = await pipeline.Host().RunAsync();

        var calls = pipeline.Models.Of("extract").ToList();
        Assert.Equal(2, calls.Count);
        Assert.Contains("Your previous answer was rejected", calls[1].System, StringComparison.Ordinal);
        Assert.Contains("\n- /items/0/quote: ", calls[1].User, StringComparison.Ordinal);
        Assert.Contains("<field name=\"previous_answer\"", calls[1].User, StringComparison.Ordinal);
        Assert.Contains(invented, calls[1].User, StringComparison.Ordinal);
        var failed = host.Ledger.First(r => r.Step == "extract");
        Assert.Equal(FailureCodes.CheckFailed, failed.FailureCode);
        Assert.Contains(failed.Checks, c => c is { Check: "source", Passed: false });
    }

    [Fact]
    public async Task LowConfidence_GoesATierHigherAtOnce_AndIsAMisroute()
    {
        var doubtful = TestPipeline.Reasoned.Replace("0.9", "0.2", StringComparison.Ordinal);
        var pipeline = new TestPipeline();
        pipeline.Models.Then("middle", "reason", doubtful);

        var host = await pipeline.Host().RunAsync();

        Assert.Equal(["middle check_failed ", "large  middle (balanced) failed confidence"],
            host.Ledger.Where(r => r.Step == "reason").Select(r => $"{r.Model} {r.FailureCode} {r.Misroute}"));
        Assert.Equal("completed", host.Output.Outcome);
    }

    [Theory]
    [InlineData("no JSON at all", FailureCodes.InvalidJson)]
    [InlineData("""{"items":[]}""", FailureCodes.SchemaMismatch)]
    [InlineData("""{"items":[],"confidence":0.9,"extra":1}""", FailureCodes.SchemaMismatch)]
    [InlineData("", FailureCodes.EmptyReply)]
    public async Task UnusableReply_IsBookedWithItsCode(string reply, string code)
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", reply);

        var host = await pipeline.Host().RunAsync();

        var row = host.Ledger.First(r => r.Step == "extract");
        Assert.Equal(code, row.FailureCode);
        Assert.True(row.CostUsd > 0);
        Assert.Equal("completed", host.Output.Outcome);
    }

    [Fact]
    public async Task CategoryOutsideTheLabels_IsRejected()
    {
        var pipeline = new TestPipeline();
        pipeline.Edit("classify", s => s with { Output = BuiltInSchemas.Classify(["contract", "invoice", "banana"]) });
        pipeline.Models.Then("small", "classify", TestPipeline.Classified.Replace("contract", "banana", StringComparison.Ordinal));

        var host = await pipeline.Host().RunAsync();

        Assert.Equal(FailureCodes.SchemaMismatch, host.Ledger[0].FailureCode);
        Assert.Equal("contract", host.Output.Summary.Category);
    }

    [Fact]
    public async Task LowerTierAnswer_CarriesWhyItIsDegraded()
    {
        var pipeline = new TestPipeline { Fallback = new FallbackPolicy(FallbackDirection.Down, AllowDowngrade: true) };
        pipeline.Models.Then("middle", "reason", ScriptedReply.Fails(FailureCodes.QuotaExhausted));

        var host = await pipeline.Host().RunAsync();

        var reason = Assert.Single(host.Output.Degraded);
        Assert.StartsWith("reason: small (fast) answers below the routed tier", reason, StringComparison.Ordinal);
        Assert.Contains(FailureCodes.QuotaExhausted, reason, StringComparison.Ordinal);
        Assert.Equal(reason, host.Ledger.Last(r => r.Step == "reason").DegradedReason);
    }

    [Fact]
    public async Task ChainExhausted_LastFail_ListsEveryAttempt()
    {
        var pipeline = new TestPipeline { Fallback = Sideways };
        pipeline.Models.Then("small", "extract", ScriptedReply.Fails(FailureCodes.UpstreamError, true), ScriptedReply.Fails(FailureCodes.UpstreamError, true))
            .Then("small-b", "extract", ScriptedReply.Fails(FailureCodes.BadRequest));

        var host = await pipeline.Host().RunAsync();

        var failure = host.Output.Failure!;
        Assert.Equal(FailureCodes.ChainExhausted, failure.Code);
        Assert.Equal(["small upstream_error", "small upstream_error", "small-b bad_request"], failure.Attempts.Select(a => $"{a.Model} {a.FailureCode}"));
        Assert.Contains("classify", host.Output.Partial!.Keys);
        var error = new RouterWorkflow(pipeline).Error(host.Output);
        Assert.Equal(FailureCodes.ChainExhausted, error!.Code);
        Assert.Contains("run-01/extract/0/3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChainExhausted_LastSafe_UsesTheDeclaredAnswer()
    {
        var pipeline = new TestPipeline { Fallback = Sideways with { Last = LastLink.Safe } };
        pipeline.Edit("reason", s => s with { SafeAnswer = JsonElement.Parse("""{"items":[],"confidence":0}""") });
        pipeline.Models.Then("middle", "reason", ScriptedReply.Fails(FailureCodes.BadRequest));

        var host = await pipeline.Host().RunAsync();

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Equal(0, host.Output.Output!.Inline!.Value.GetProperty("items").GetArrayLength());
        Assert.Contains("safe answer", Assert.Single(host.Output.Degraded), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChainExhausted_LastHuman_APersonAnswersAtNoCost()
    {
        var pipeline = new TestPipeline { Fallback = Sideways with { Last = LastLink.Human } };
        pipeline.Models.Then("middle", "reason", ScriptedReply.Fails(FailureCodes.BadRequest));
        var host = await pipeline.Host().RunAsync();
        var asked = host.Approvals.Pending;
        Assert.Equal(ApprovalKind.Answer, asked.Kind);
        Assert.Equal($"answer {asked.Id}", host.Progress!.WaitingFor);
        Assert.Contains("shall pay 500 EUR", asked.Facts.Payload!.Value.GetProperty("fields").GetProperty("facts").GetString(), StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => pipeline.DecideAsync(host, ApprovalStatus.Approved,
            edits: """{"items":[{"fact":"x","quote":"stands nowhere in it"}],"confidence":1}"""));
        Assert.Equal(ErrorCodes.InputInvalid, refused.Code);
        await pipeline.DecideAsync(host, ApprovalStatus.Approved, edits: TestPipeline.Reasoned);

        Assert.Equal("completed", host.Output.Outcome);
        var row = host.Ledger.Single(r => r.Model == "human:bob");
        Assert.Equal((0m, "run-01/reason/0/2", asked.Id), (row.CostUsd, row.Key, row.Approval));
        Assert.Equal(1, host.Output.Summary.Overrides);
    }

    [Fact]
    public async Task ChainExhausted_NobodyAnswers_EndsExpired()
    {
        var pipeline = new TestPipeline { Fallback = Sideways with { Last = LastLink.Human } };
        pipeline.Models.Then("middle", "reason", ScriptedReply.Fails(FailureCodes.BadRequest));
        var host = await pipeline.Host().RunAsync();

        await host.ExpireAsync();

        Assert.Equal("expired", host.Output.Outcome);
        Assert.Null(host.Output.Output);
        Assert.Equal(ApprovalStatus.Expired, host.Approvals.All[0].Status);
    }

    [Fact]
    public async Task InputLongerThanEveryWindow_FailsWithTheSizes()
    {
        var pipeline = new TestPipeline();

        var host = await pipeline.Host(new string('a', 200_000)).RunAsync();

        Assert.Equal(FailureCodes.InputTooLong, host.Output.Failure!.Code);
        Assert.Contains("100000", host.Output.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Ledger, r => r.Step == "extract");
    }
}
