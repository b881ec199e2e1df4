using DurableRouter.Core.Errors;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Steps;

public class RevisionTests
{
    [Fact]
    public async Task FailingVerdict_SendsTheIssuesBack_AndTheNewAnswerStands()
    {
        var revised = TestPipeline.Reasoned.Replace("Acme owes 500 EUR", "Acme owes 500 EUR within 30 days", StringComparison.Ordinal);
        var pipeline = new TestPipeline();
        pipeline.Models.Then("middle", "reason", TestPipeline.Reasoned, revised).Then("small", "verify", TestPipeline.Fails, TestPipeline.Passes);

        var host = await pipeline.Host().RunAsync();

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Contains("within 30 days", host.Output.Output!.Inline!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("\n- Acme owes 500 EUR: the deadline is missing\n", pipeline.Models.Of("reason").Last().User, StringComparison.Ordinal);
        Assert.Equal(["run-01/reason/0/1", "run-01/reason/1/1"], host.Ledger.Where(r => r.Step == "reason").Select(r => r.Key));
        Assert.Equal(["run-01/verify/0/1", "run-01/verify/1/1"], host.Ledger.Where(r => r.Step == "verify").Select(r => r.Key));
        Assert.Contains("within 30 days", pipeline.Models.Of("verify").Last().User, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerdictThatKeepsFailing_EndsFailedWithEveryAttempt()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Usually("verify", _ => TestPipeline.Fails);

        var host = await pipeline.Host().RunAsync();

        Assert.Equal("failed", host.Output.Outcome);
        Assert.Equal(FailureCodes.RevisionsExhausted, host.Output.Failure!.Code);
        Assert.Contains("the deadline is missing", host.Output.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, host.Output.Failure.Attempts.Count);
    }

    [Fact]
    public async Task StepsBetween_RunAgain_AndLaterOnesSeeOnlyTheRevisedAnswer()
    {
        var pipeline = new TestPipeline();
        pipeline.Steps.Insert(3, TestPipeline.Writer("summary", ["reason"], "reason"));
        pipeline.Steps.Add(TestPipeline.Writer("letter", ["reason"], "reason"));
        var revised = TestPipeline.Reasoned.Replace("Acme owes", "Acme must pay", StringComparison.Ordinal);
        pipeline.Models.Then("middle", "reason", TestPipeline.Reasoned, revised).Then("small", "verify", TestPipeline.Fails);

        var host = await pipeline.Host().RunAsync();

        Assert.Equal(["classify", "extract", "reason", "summary", "verify", "reason", "summary", "verify", "letter"], host.Ledger.Select(r => r.Step));
        Assert.Contains("Acme must pay", pipeline.Models.Of("generate").Last().User, StringComparison.Ordinal);
        Assert.Equal("6/6", host.Progress!.Progress);
    }
}
