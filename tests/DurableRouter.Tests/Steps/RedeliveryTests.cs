using DurableRouter.Core.Ledger;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Steps;

public class RedeliveryTests
{
    [Fact]
    public async Task LostResult_IsBookedUnknownAtItsUpperBound_AndTheNextOrdinalAnswers()
    {
        var pipeline = new TestPipeline();
        var host = pipeline.Host();
        host.LosesResult = key => key == "run-01/extract/0/1";

        await host.RunAsync();

        var rows = host.Ledger.Where(r => r.Step == "extract").ToList();
        Assert.Equal([AttemptOutcome.OutcomeUnknown, AttemptOutcome.Ok], rows.Select(r => r.Outcome));
        Assert.Equal(["small", "small"], rows.Select(r => r.Model));
        Assert.True(rows[0].CostUsd > rows[1].CostUsd);
        Assert.Equal(UsageSource.UpperBound, rows[0].UsageSource);
        Assert.Equal(host.Ledger.Sum(r => r.CostUsd), host.Output.Summary.TotalUsd);
        // The lost delivery's call was never made again under its key.
        Assert.Single(pipeline.Models.Calls, c => c.Key == "run-01/extract/0/1");
    }

    [Fact]
    public async Task UnknownOutcomes_DontCountAgainstTheModel()
    {
        var pipeline = new TestPipeline();
        var host = pipeline.Host();
        host.LosesResult = key => key is "run-01/extract/0/1" or "run-01/extract/0/2";

        await host.RunAsync();

        Assert.Equal(["small", "small", "small"], host.Ledger.Where(r => r.Step == "extract").Select(r => r.Model));
        Assert.Equal("completed", host.Output.Outcome);
    }

    [Fact]
    public async Task ThreeUnknownOutcomesInARow_AreAFailureOfTheCandidate()
    {
        var host = new TestPipeline().Host();
        host.LosesResult = key => key is "run-01/extract/0/1" or "run-01/extract/0/2" or "run-01/extract/0/3";

        await host.RunAsync();

        var rows = host.Ledger.Where(r => r.Step == "extract").ToList();
        Assert.Equal([AttemptOutcome.OutcomeUnknown, AttemptOutcome.OutcomeUnknown, AttemptOutcome.OutcomeUnknown, AttemptOutcome.Ok], rows.Select(r => r.Outcome));
        Assert.Equal(["small", "small", "small"], rows.Take(3).Select(r => r.Model));
        Assert.NotEqual("small", rows[3].Model);
        Assert.Equal("completed", host.Output.Outcome);
    }

    [Fact]
    public async Task UnknownOutcomes_WithAnAnswerBetween_AreNotInARow()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", new ScriptedReply("no JSON"));
        var host = pipeline.Host();
        host.LosesResult = key => key is "run-01/extract/0/2" or "run-01/extract/0/3";

        await host.RunAsync();

        var rows = host.Ledger.Where(r => r.Step == "extract").ToList();
        Assert.Equal([AttemptOutcome.Failed, AttemptOutcome.OutcomeUnknown, AttemptOutcome.OutcomeUnknown, AttemptOutcome.Ok], rows.Select(r => r.Outcome));
        Assert.All(rows, r => Assert.Equal("small", r.Model));
    }

    [Fact]
    public async Task UnknownOutcomesOfEveryCandidate_ComeToTheEndOfTheChain()
    {
        var host = new TestPipeline().Host();
        host.LosesResult = key => key.StartsWith("run-01/extract/", StringComparison.Ordinal);

        await host.RunAsync();

        Assert.Equal("failed", host.Output.Outcome);
        Assert.Equal("chain_exhausted", host.Output.Failure!.Code);
        Assert.Contains("outcome_unknown_repeatedly", host.Output.Failure.Message);
        Assert.All(host.Ledger.Where(r => r.Step == "extract").GroupBy(r => r.Model), calls => Assert.Equal(3, calls.Count()));
    }

    [Fact]
    public async Task UnknownOutcomes_InARunOfAnEarlierVersion_AreFollowedByTheSameModel()
    {
        var host = new TestPipeline().Host(version: 2);
        host.LosesResult = key => key is "run-01/extract/0/1" or "run-01/extract/0/2" or "run-01/extract/0/3" or "run-01/extract/0/4";

        await host.RunAsync();

        Assert.Equal(["small", "small", "small", "small", "small"], host.Ledger.Where(r => r.Step == "extract").Select(r => r.Model));
    }

    [Fact]
    public async Task ActivityThatThrew_WaitsForResume_AndKeepsWhatIsPaid()
    {
        var pipeline = new TestPipeline();
        var host = pipeline.Host();
        host.Breaks.Add("Reason");

        await host.RunAsync();

        Assert.False(host.IsDone);
        Assert.Equal(("reason", "resume"), (host.Progress!.Step, host.Progress.WaitingFor));
        Assert.Equal(2, host.Ledger.Count);
        await host.RaiseAsync("resume");
        Assert.Equal("completed", host.Output.Outcome);
        Assert.Equal(4, host.Ledger.Count);
        Assert.Equal(4, pipeline.Models.Calls.Count);
    }

    [Fact]
    public async Task CallThatThrew_IsBookedAtItsUpperBound_AndTheNextCandidateAnswers()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", new ScriptedReply(TestPipeline.Extracted, Throws: new InvalidOperationException("a canary")));

        var host = await pipeline.Host().RunAsync();

        var rows = host.Ledger.Where(r => r.Step == "extract").ToList();
        Assert.Equal([(AttemptOutcome.Failed, "processing_failed"), (AttemptOutcome.Ok, null)], rows.Select(r => (r.Outcome, r.FailureCode)));
        Assert.Equal("the program itself failed with InvalidOperationException", rows[0].FailureMessage);
        Assert.Equal((UsageSource.Estimated, true), (rows[0].UsageSource, rows[0].CostUsd > rows[1].CostUsd));
        Assert.Equal(host.Ledger.Sum(r => r.CostUsd), host.Output.Summary.TotalUsd);
    }

    [Fact]
    public async Task TwoBranchesThatThrew_OneResumeWakesBoth()
    {
        var pipeline = TestPipeline.WithTwoWriters();
        var host = pipeline.Host();
        host.Breaks.AddRange(["Generate", "Generate"]);

        await host.RunAsync();
        Assert.Equal("resume", host.Progress!.WaitingFor);
        await host.RaiseAsync("resume");

        Assert.Equal("completed", host.Output.Outcome);
    }
}
