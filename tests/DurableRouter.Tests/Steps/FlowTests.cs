using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Reports;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Steps;

public class FlowTests
{
    [Fact]
    public async Task IndependentSteps_AreScheduledInTheSameTurn_InDeclaredOrder()
    {
        var host = await TestPipeline.WithTwoWriters().Host().RunAsync();

        var scheduled = host.History.Where(e => e.Kind == HistoryKinds.ActivityScheduled).ToList();
        var inputs = scheduled.ConvertAll(e => e.Data!.Value.Deserialize(CoreJson.Default.AttemptInput)!);
        Assert.Equal(["classify", "left", "right"], inputs.ConvertAll(i => i.Step));
        Assert.Equal(scheduled[1].Sequence + 1, scheduled[2].Sequence);
        Assert.Equal("\"done\"", host.Output.Output!.Inline!.Value.GetRawText());
    }

    [Theory]
    [InlineData(3, new[] { "classify", "left", "right" })]
    [InlineData(2, new[] { "classify", "right" })]
    public async Task When_LeavesAStepOut(int complexity, string[] ran)
    {
        var pipeline = TestPipeline.WithTwoWriters();
        pipeline.Edit("left", s => s with { When = new Condition("classify.complexity", AtLeast: 3) });
        pipeline.Models.Usually("classify", _ => TestPipeline.Classified.Replace("\"complexity\":2", $"\"complexity\":{complexity}", StringComparison.Ordinal));

        var host = await pipeline.Host().RunAsync();

        Assert.Equal(ran, host.Ledger.Select(r => r.Step));
        Assert.Equal("3/3", host.Progress!.Progress);
        Assert.Equal("completed", host.Output.Outcome);
    }

    [Fact]
    public async Task OutputTooLargeForTheHistory_TravelsByAddress_AndItsPartsStayReadable()
    {
        var pipeline = new TestPipeline();
        var many = string.Join(',', Enumerable.Repeat("""{"fact":"payment","quote":"shall pay 500 EUR"}""", 500));
        pipeline.Models.Usually("extract", _ => $$"""{"items":[{{many}}],"confidence":0.4}""");
        pipeline.Edit("reason", s => s with { When = new Condition("extract.confidence", Below: 0.5), MaxOutputTokens = 400 });

        var host = await pipeline.Host().RunAsync();

        Assert.Equal("completed", host.Output.Outcome);
        Assert.Contains(host.Ledger, r => r.Step == "reason");
        Assert.Contains(host.Ledger.Single(r => r.Step == "extract").OutputSha256!, host.Store.Addresses);
        Assert.Contains(many, pipeline.Models.Of("reason").Single().User, StringComparison.Ordinal);
        Assert.True(host.History.Where(e => e.Data is not null).Max(e => e.Data!.Value.GetRawText().Length) < 8_000);
    }

    [Fact]
    public async Task RiskTags_OnlyGrow()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Usually("classify", _ => TestPipeline.Classified.Replace("[]", "[\"privacy\"]", StringComparison.Ordinal));

        var host = await pipeline.Host(TestPipeline.Text + " Unlimited liability.").RunAsync();

        Assert.Equal(["high", "privacy"], host.Output.Summary.Risk);
    }

    [Fact]
    public async Task Events_FollowTheRun_WithoutPromptText()
    {
        var pipeline = new TestPipeline();
        pipeline.Edit("reason", s => s with { Approval = new ApprovalPolicy([], "reviewers", TimeSpan.FromHours(1)) });
        pipeline.Models.Then("small", "extract", ScriptedReply.Fails("quota_exhausted"));
        var host = await pipeline.Host().RunAsync();
        await pipeline.DecideAsync(host, ApprovalStatus.Approved);

        var events = RunEvents.Of(host.History);

        Assert.Equal(
        [
            "run.started", "step.started classify", "step.attempt classify", "cost.updated", "step.completed classify", "step.started extract",
            "step.attempt extract", "step.fellback extract", "step.attempt extract", "cost.updated", "step.completed extract", "step.started reason",
            "step.attempt reason", "cost.updated", "step.completed reason", "approval.requested reason", "approval.decided reason",
            "step.started verify", "step.attempt verify", "cost.updated", "step.completed verify",
        ], events.Select(e => $"{e.Type} {e.Data.Step}".Trim()));
        Assert.Equal(host.Ledger.Sum(r => r.CostUsd), events[^1].TotalUsd);
        var json = string.Join('\n', events.Select(e => JsonSerializer.Serialize(e.Data, CoreJson.Default.RunEventData)));
        Assert.DoesNotContain("Acme", json, StringComparison.Ordinal);
        Assert.Equal(events.Count, events.Select(e => e.Id).Distinct().Count());
        Assert.Equal(events.Skip(7).Select(e => e.Id), RunEvents.Of(host.History, events[6].Id).Select(e => e.Id));
    }

    [Fact]
    public async Task Explanation_NamesRuleCandidatesRejectionsAndAttempts()
    {
        var pipeline = new TestPipeline();
        pipeline.Models.Then("small", "extract", ScriptedReply.Fails("quota_exhausted"));
        var host = await pipeline.Host().RunAsync();

        var explanation = RunExplanation.Of(host.Snapshot(), host.History);

        Assert.Equal(["classify", "extract", "reason", "verify"], explanation.Steps.Select(s => s.Step));
        var extract = explanation.Steps[1];
        Assert.Equal("tier fast", extract.Route.Rule);
        Assert.Equal(["small", "small-b"], extract.Route.Candidates.Take(2).Select(c => c.Model));
        Assert.Equal(["small failed quota_exhausted", "small-b ok "], extract.Attempts.Select(a => $"{a.Input.Model} {a.Outcome} {a.Result?.Failure?.Code}"));
        Assert.Contains(explanation.Steps[2].Route.Rejected, r => r.Model == "small" && r.Reason.Length > 0);
    }
}
