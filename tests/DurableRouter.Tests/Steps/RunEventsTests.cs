using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Reports;

namespace DurableRouter.Tests.Steps;

public sealed class RunEventsTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly RouteDecision Route = new("tier fast", [new RouteCandidate("weak", "cheapest"), new RouteCandidate("strong", "tier above")], []);

    readonly List<HistoryEntry> _history = [];

    [Fact]
    public void Of_AFallback_IsToldBetweenTheAttempts()
    {
        Fallback();

        var events = RunEvents.Of(_history);

        Assert.Equal(
        [
            "run.started", "step.started", "step.attempt", "cost.updated", "step.attempt", "cost.updated",
            "step.fellback", "step.attempt", "cost.updated", "step.completed", "run.completed",
        ], events.Select(e => e.Type));
        Assert.Equal(("weak", "strong"), (events[6].Data.From, events[6].Data.Model));
        Assert.Equal([0, 0, 0.001m, 0.001m, 0.003m, 0.003m, 0.003m, 0.033m, 0.033m, 0.033m, 0.033m], events.Select(e => e.TotalUsd));
        Assert.Equal("completed", events[^1].Data.Outcome);
    }

    [Fact]
    public void Of_ASkippedAttempt_CostsNothingAndSaysWhy()
    {
        Answer(Ask("held"), new AttemptResult { Outcome = AttemptOutcome.Skipped, Failure = new StepFailure("circuit_open", "held back"), HeldUntil = Noon });

        var attempt = RunEvents.Of(_history)[1];

        Assert.Equal(["step.started", "step.attempt"], Types());
        Assert.Equal(("skipped", "circuit_open", Noon, 0m), (attempt.Data.Outcome, attempt.Data.Failure?.Code, attempt.Data.HeldUntil, attempt.Data.CostUsd));
    }

    [Fact]
    public void Of_ARevision_StartsTheStepAgain()
    {
        Answer(Ask("m"), Result(AttemptOutcome.Ok, 0));
        Answer(Ask("other", revision: 1), Result(AttemptOutcome.Ok, 0));

        Assert.Equal(2, Types().Count(t => t == "step.started"));
        Assert.DoesNotContain("step.fellback", Types());
    }

    [Fact]
    public void Of_ABudgetApproval_PausesAndIsDecidedOnce()
    {
        var asked = Ask(RouterActivities.RequestApproval.Name, new ApprovalRequest(1, "apr-1", "d", "s", 0, ApprovalKind.Budget, "operators", null,
            "Raise", [], null, [], [], null, false, 0.4m, 0.5m, Noon, Noon.AddDays(1), "deny"), CoreJson.Default.ApprovalRequest);
        Answer(asked, new RequestedApproval(1, "apr-1", "f00d"), CoreJson.Default.RequestedApproval);
        Close(ApprovalStatus.Pending, null);
        Close(ApprovalStatus.Approved, "ada");

        var events = RunEvents.Of(_history);

        Assert.Equal(["approval.requested", "budget.paused", "approval.decided"], events.Select(e => e.Type));
        Assert.Equal(("f00d", "operators", Noon.AddDays(1)), (events[0].Data.Digest, events[0].Data.Group, events[0].Data.ExpiresAt));
        Assert.Equal(0.5m, events[1].Data.BudgetUsd);
        Assert.Equal(("apr-1", "approved", "ada"), (events[2].Data.ApprovalId, events[2].Data.Status, events[2].Data.Subject));
    }

    [Fact]
    public void Of_AThrownActivity_AsksForAttention()
    {
        var asked = Ask("m");
        Add(HistoryKinds.ActivityFailed, "Extract", asked);

        var told = RunEvents.Of(_history)[^1];

        Assert.Equal((RunEventTypes.RunAttention, "Extract", "s"), (told.Type, told.Data.Activity, told.Data.Step));
    }

    [Fact]
    public void Of_APrefix_GivesAPrefixOfTheEvents()
    {
        Fallback();
        var whole = RunEvents.Of(_history).Select(e => (e.Id, e.Type)).ToList();
        for (var length = 0; length <= _history.Count; length++)
        {
            var part = RunEvents.Of(_history[..length]).Select(e => (e.Id, e.Type)).ToList();
            Assert.Equal(whole.Take(part.Count), part);
        }

        Assert.Equal(whole.Order(), whole);
        foreach (var (at, seen) in whole.Index())
        {
            Assert.Equal(whole.Skip(at + 1), RunEvents.Of(_history, seen.Id).Select(e => (e.Id, e.Type)));
        }
    }

    [Theory]
    [InlineData("12.0", "12.0")]
    [InlineData("0.3", "0.3")]
    [InlineData("12", "12.2147483647")]
    [InlineData("-1", null)]
    [InlineData("1.", null)]
    [InlineData("1.2.3", null)]
    [InlineData("", null)]
    public void Id_Text_IsReadStrictly(string text, string? read) => Assert.Equal(read, RunEventId.Parse(text)?.ToString());

    [Fact]
    public void Explanation_ARouteDecidedAnew_StandsBesideTheFirst_AndARunningAttemptShows()
    {
        Answer(Ask("weak"), Result(AttemptOutcome.Failed, 0.01m));
        Ask("strong", ordinal: 2, route: Route with { Rule = "tier fast, cheapest first" });
        var run = new RunSnapshot("run-1", "router", new RunIndexEntry("document", new Dictionary<string, string>(), null), RuntimeStatus.Running, Noon, Noon, 1,
            new RunProgress("s", "0/1", null, 0.01m, 0.5m), default, null, null);

        var explanation = RunExplanation.Of(run, _history);

        Assert.Equal(("run-1", "document", 0.5m), (explanation.RunId, explanation.Pipeline, explanation.BudgetUsd));
        Assert.Equal([("tier fast", 0m), ("tier fast, cheapest first", 0.01m)], explanation.Steps.Select(s => (s.Route.Rule, s.SpentUsd)));
        Assert.Equal(["weak failed", "strong running"], explanation.Steps.SelectMany(s => s.Attempts).Select(a => $"{a.Input.Model} {a.Outcome}"));
    }

    void Fallback()
    {
        Add(HistoryKinds.RunStarted);
        Answer(Ask("weak"), Result(AttemptOutcome.Failed, 0.001m));
        Answer(Ask("weak", ordinal: 2), Result(AttemptOutcome.Failed, 0.002m));
        Answer(Ask("strong", ordinal: 3), Result(AttemptOutcome.Ok, 0.03m));
        Add(HistoryKinds.RunCompleted, data: JsonElement.Parse("""{"outcome":"completed"}"""));
    }

    void Close(ApprovalStatus status, string? subject)
    {
        var asked = Ask(RouterActivities.CloseApproval.Name, new CloseApproval(1, "apr-1", null, Noon), CoreJson.Default.CloseApproval);
        Answer(asked, new ClosedApproval(1, "apr-1", ApprovalKind.Budget, "s", status, subject, null, null, null), CoreJson.Default.ClosedApproval);
    }

    static AttemptResult Result(AttemptOutcome outcome, decimal costUsd) => new() { Outcome = outcome, CostUsd = costUsd };

    long Ask(string model, int ordinal = 1, int revision = 0, RouteDecision? route = null) => Ask("Extract", new AttemptInput
    {
        Key = $"run-1/s/{revision}/{ordinal}", Definition = "d", Step = "s", Model = model, Revision = revision, Ordinal = ordinal, Rule = "tier fast",
        Route = route ?? (ordinal == 1 ? Route : null), Fields = [],
    }, CoreJson.Default.AttemptInput);

    long Ask<T>(string activity, T input, JsonTypeInfo<T> type) =>
        Add(HistoryKinds.ActivityScheduled, activity, 0, JsonSerializer.SerializeToElement(input, type));

    void Answer(long asked, AttemptResult result) => Answer(asked, result, CoreJson.Default.AttemptResult);

    void Answer<T>(long asked, T output, JsonTypeInfo<T> type) =>
        Add(HistoryKinds.ActivityCompleted, null, asked, JsonSerializer.SerializeToElement(output, type));

    long Add(string kind, string? name = null, long subject = 0, JsonElement? data = null)
    {
        _history.Add(new HistoryEntry(_history.Count + 1, Noon, kind, name, subject, data));
        return _history.Count;
    }

    List<string> Types() => [.. RunEvents.Of(_history).Select(e => e.Type)];
}
