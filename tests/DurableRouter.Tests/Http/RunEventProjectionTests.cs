using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Http.Events;

namespace DurableRouter.Tests.Http;

public sealed class RunEventProjectionTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    readonly List<HistoryEntry> _history = [];

    [Fact]
    public void Project_AFallback_IsToldBetweenTheAttempts()
    {
        Add(HistoryKinds.RunStarted);
        Answer(Ask(Attempt("weak", candidate: 0, ordinal: 1)), """{"outcome":"failed","costUsd":0.001}""");
        Answer(Ask(Attempt("weak", candidate: 0, ordinal: 2)), """{"outcome":"failed","costUsd":0.002}""");
        Answer(Ask(Attempt("strong", candidate: 1, ordinal: 3)), """{"outcome":"ok","costUsd":0.03}""");
        Add(HistoryKinds.RunCompleted);
        Assert.Equal(
        [
            "run.started", "step.started", "step.attempt", "cost.updated", "step.attempt", "cost.updated",
            "step.fellback", "step.attempt", "step.completed", "cost.updated", "run.completed",
        ], Types());
        Assert.Equal(0.033m, RunEventProjection.Project(_history)[^1].TotalUsd);
    }

    [Fact]
    public void Project_ASkippedAttempt_CostsNothing()
    {
        Answer(Ask(Attempt("held", candidate: 0, ordinal: 1)), """{"outcome":"skipped","costUsd":0}""");
        Assert.Equal(["step.started", "step.attempt"], Types());
    }

    [Fact]
    public void Project_ARevision_StartsTheStepAgain()
    {
        Answer(Ask(Attempt("m", 0, 1)), """{"outcome":"ok","costUsd":0}""");
        Answer(Ask(Attempt("m", 0, 1, revision: 1)), """{"outcome":"ok","costUsd":0}""");
        Assert.Equal(2, Types().Count(t => t == "step.started"));
        Assert.DoesNotContain("step.fellback", Types());
    }

    [Fact]
    public void Project_ABudgetApproval_PausesAndIsDecided()
    {
        Answer(Ask("""{"id":"apr-1","step":"s","kind":"budget","group":"g","expiresAt":"2026-11-02T12:00:00Z"}"""), """{"id":"apr-1","digest":"d"}""");
        Answer(Ask("""{"id":"apr-1"}"""), """{"id":"apr-1","kind":"budget","status":"pending"}""");
        Answer(Ask("""{"id":"apr-1"}"""), """{"id":"apr-1","kind":"budget","status":"approved","subject":"ada"}""");
        Assert.Equal(["approval.requested", "budget.paused", "approval.decided"], Types());
    }

    [Fact]
    public void Project_AThrownActivity_NeedsAttention()
    {
        var asked = Ask(Attempt("m", 0, 1));
        Add(HistoryKinds.ActivityFailed, asked);
        Assert.Equal(["step.started", "run.needs_attention"], Types());
    }

    [Fact]
    public void Project_APrefix_GivesAPrefixOfTheEvents()
    {
        Project_AFallback_IsToldBetweenTheAttempts();
        var whole = RunEventProjection.Project(_history).Select(e => (e.Id, e.Type)).ToList();
        for (var length = 0; length <= _history.Count; length++)
        {
            var part = RunEventProjection.Project(_history[..length]).Select(e => (e.Id, e.Type)).ToList();
            Assert.Equal(whole.Take(part.Count), part);
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

    static string Attempt(string model, int candidate, int ordinal, int revision = 0) =>
        $$"""{"step":"s","model":"{{model}}","ordinal":{{ordinal}},"candidate":{{candidate}},"revision":{{revision}}}""";

    long Ask(string input) => Add(HistoryKinds.ActivityScheduled, 0, input);

    void Answer(long asked, string output) => Add(HistoryKinds.ActivityCompleted, asked, output);

    long Add(string kind, long subject = 0, string? data = null)
    {
        _history.Add(new HistoryEntry(_history.Count + 1, Noon, kind, null, subject, data is null ? null : JsonElement.Parse(data)));
        return _history.Count;
    }

    List<string> Types() => [.. RunEventProjection.Project(_history).Select(e => e.Type)];
}
