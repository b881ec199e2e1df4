using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Reports;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Steps;

public sealed class JudgeTests
{
    const string Good = """{"score":0.9,"issues":[]}""";
    const string Poor = """{"score":0.4,"issues":["the deadline is missing"]}""";

    [Fact]
    public async Task GoodScore_AnswerStands_JudgeHasItsOwnRowByAnotherModel()
    {
        var pipeline = Judged();

        var host = await pipeline.Host().RunAsync();

        Assert.Equal("completed", host.Output.Outcome);
        var judge = host.Ledger.Single(r => r.Role == "judge");
        Assert.Equal(("reason.judge", "run-01/reason.judge/0/1", AttemptOutcome.Ok), (judge.Step, judge.Key, judge.Outcome));
        Assert.NotEqual(host.Ledger.Single(r => r.Step == "reason").Model, judge.Model);
        Assert.Equal([new CheckResult("schema", true), new CheckResult("judge", true)], judge.Checks);
        Assert.Equal(host.Ledger.Sum(r => r.CostUsd), host.Output.Summary.TotalUsd);
        var call = pipeline.Models.Of("judge").Single();
        Assert.Contains("Every obligation has a deadline.", call.System, StringComparison.Ordinal);
        Assert.Contains("name=\"judged_answer\" source=\"reason\"", call.User, StringComparison.Ordinal);
        Assert.Contains("Acme owes 500 EUR", call.User, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PoorScore_AuthorSeesTheIssuesOnce_ThenTheNextCandidateIsAsked()
    {
        var pipeline = Judged();
        var grades = new Queue<string>([Poor, Poor, Good]);
        pipeline.Models.Usually("judge", _ => grades.Dequeue());

        var host = await pipeline.Host().RunAsync();

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Equal(["reason 0/1 middle", "reason.judge 0/1 large", "reason 0/2 middle", "reason.judge 1/1 large", "reason 0/3 large", "reason.judge 2/1 middle"],
            host.Ledger.Where(r => r.Step.StartsWith("reason", StringComparison.Ordinal)).Select(r => $"{r.Step} {r.Revision}/{r.Ordinal} {r.Model}"));
        var calls = pipeline.Models.Of("reason").ToList();
        Assert.Contains("- the deadline is missing", calls[1].User, StringComparison.Ordinal);
        Assert.Contains("previous_answer", calls[1].User, StringComparison.Ordinal);
        Assert.DoesNotContain("the deadline is missing", calls[2].User, StringComparison.Ordinal);
        Assert.Equal("score 0.4, at least 0.7 is asked for: the deadline is missing",
            host.Ledger.First(r => r.Role == "judge").Checks.Single(c => !c.Passed).Detail);
    }

    [Fact]
    public async Task PoorScore_EventsCompleteTheStepOnlyAfterAPass()
    {
        var pipeline = Judged();
        var grades = new Queue<string>([Poor, Good]);
        pipeline.Models.Usually("judge", _ => grades.Dequeue());

        var host = await pipeline.Host().RunAsync();

        var told = RunEvents.Of(host.History).Where(e => e.Data.Step?.StartsWith("reason", StringComparison.Ordinal) == true && e.Type != RunEventTypes.CostUpdated);
        Assert.Equal(["step.started reason", "step.attempt reason", "step.started reason.judge", "step.attempt reason.judge", "step.completed reason.judge",
            "step.attempt reason", "step.started reason.judge", "step.attempt reason.judge", "step.completed reason.judge", "step.completed reason"],
            told.Select(e => $"{e.Type} {e.Data.Step}"));
        Assert.Contains(told.Last().Data.Checks!, c => c is { Check: "judge", Passed: true });
        Assert.Equal(["reason", "reason.judge", "reason.judge"], RunExplanation.Of(host.Snapshot(), host.History).Steps.Where(s => s.Step.StartsWith("reason", StringComparison.Ordinal)).Select(s => s.Step));
    }

    [Fact]
    public async Task JudgeFails_NextJudgeIsAsked_AndWithoutAnyTheLastLinkFollows()
    {
        var pipeline = Judged();
        pipeline.Catalog.Add(TestPipeline.Model("large-b", Tier.Powerful, 20));
        pipeline.Models.Usually("judge", _ => ScriptedReply.Fails(FailureCodes.UpstreamError));
        pipeline.Fallback = pipeline.Fallback with { Last = LastLink.Human };

        var host = await pipeline.Host().RunAsync();

        Assert.Equal(["large", "large-b"], host.Ledger.Where(r => r.Role == "judge").Select(r => r.Model));
        Assert.Single(host.Ledger, r => r.Step == "reason");
        Assert.Equal(ApprovalKind.Answer, host.Approvals.Pending.Kind);
        Assert.Contains("judge_unavailable", host.Approvals.Pending.Facts.Reasons[0], StringComparison.Ordinal);

        await pipeline.DecideAsync(host, ApprovalStatus.Approved, edits: TestPipeline.Reasoned);
        Assert.Equal("completed", host.Output.Outcome);
    }

    [Fact]
    public async Task JudgeReachesTheBudget_TheRunSaysThatItWaits_AndGoesOnWhenRaised()
    {
        var pipeline = Judged();
        pipeline.Edit("reason", s => s with { Checks = [s.Checks[0], Judge(maxOutputTokens: 8_000)] });
        pipeline.BudgetUsd = 0.05m;

        var host = await pipeline.Host().RunAsync();

        Assert.StartsWith("budget apr-", host.Progress!.WaitingFor, StringComparison.Ordinal);
        await pipeline.DecideAsync(host, ApprovalStatus.Approved, edits: """{"raiseUsd":5}""");
        Assert.Equal("completed", host.Output.Outcome);
    }

    [Fact]
    public async Task LongAnswer_TravelsToTheJudgeByAddress()
    {
        var pipeline = Judged();
        var many = string.Join(',', Enumerable.Repeat("""{"fact":"payment","quote":"shall pay 500 EUR"}""", 500));
        pipeline.Models.Usually("reason", _ => $$"""{"items":[{{many}}],"confidence":0.9}""");
        var grades = new Queue<string>([Poor, Good]);
        pipeline.Models.Usually("judge", _ => grades.Dequeue());

        var host = await pipeline.Host().RunAsync();

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Contains(many, pipeline.Models.Of("judge").First().User, StringComparison.Ordinal);
        var repaired = pipeline.Models.Of("reason").Last();
        Assert.Contains("- the deadline is missing", repaired.User, StringComparison.Ordinal);
        Assert.DoesNotContain("previous_answer", repaired.User, StringComparison.Ordinal);
    }

    static TestPipeline Judged()
    {
        var pipeline = new TestPipeline().Edit("reason", s => s with { Checks = [.. s.Checks, Judge()] });
        pipeline.Models.Usually("judge", _ => Good);
        return pipeline;
    }

    static CheckDefinition Judge(int maxOutputTokens = 300) =>
        new("judge", Judge: new JudgeRule("Every obligation has a deadline.", 0.7, maxOutputTokens));
}
