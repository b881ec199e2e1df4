using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Systems;

namespace DurableRouter.Tests.Budgets;

/// <summary>A run that meets a cap, of its own or of the day, asks a person, and goes on from there by what they choose: raise it, finish
/// cheaper, or stop. Between question and decision the host is restarted.</summary>
public sealed class BudgetChoiceTests
{
    const string PerRun = "{ perRun: 0.1 }";
    const string PerDay = "{ perPipelinePerDay: 0.1 }";
    const string FamilyRun = "family: { perRun: 0.1 }";
    const string FamilyDay = "family: { perDay: 0.1 }";

    [Theory]
    [InlineData(PerRun)]
    [InlineData(PerDay)]
    [InlineData(FamilyRun)]
    [InlineData(FamilyDay)]
    public async Task Raise_TheStepGoesOnWithItsOwnModel_AndNothingIsPaidTwice(string cap)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(BudgetedWork.Answer);
        await using var first = await StartAsync(endpoint, cap);
        var id = await AskedAsync(first);
        await using var host = await first.RestartAsync();

        Assert.Equal(200, (await host.DecideAsync(id, """{"decision":"approved","edits":{"raiseUsd":1}}""")).Status);

        var run = await host.RestAsync(id);
        Assert.Equal(("Completed", "completed"), (run.GetProperty("runtimeStatus").GetString(), run.GetProperty("outcome").GetString()));
        Assert.Empty(run.GetProperty("degraded").EnumerateArray());
        Assert.Equal(["cheap", "dear"], endpoint.Calls.Select(c => c.Model));
        Assert.Equal(BudgetedWork.ReadUsd + BudgetedWork.WriteUsd, await TotalAsync(host, id));
        decimal? budget = run.GetProperty("customStatus").TryGetProperty("budgetUsd", out var raised) && raised.ValueKind == JsonValueKind.Number ? raised.GetDecimal() : null;
        decimal? expected = cap is PerRun or FamilyRun ? 1.1m : null;
        Assert.Equal(expected, budget);
    }

    [Theory]
    [InlineData(PerRun)]
    [InlineData(PerDay)]
    [InlineData(FamilyDay)]
    public async Task FinishCheaper_TheStepIsRoutedAgain_AndItsAnswerIsMarked(string cap)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(BudgetedWork.Answer);
        await using var first = await StartAsync(endpoint, cap);
        var id = await AskedAsync(first);
        await using var host = await first.RestartAsync();

        Assert.Equal(200, (await host.DecideAsync(id, """{"decision":"approved","edits":{"finish":"cheaper"}}""")).Status);

        var run = await host.RestAsync(id);
        Assert.Equal("completed", run.GetProperty("outcome").GetString());
        Assert.Contains("a person chose to finish cheaper", Assert.Single(run.GetProperty("degraded").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(["cheap", "cheap"], endpoint.Calls.Select(c => c.Model));
        Assert.Equal(2 * BudgetedWork.ReadUsd, await TotalAsync(host, id));
    }

    [Theory]
    [InlineData(PerRun)]
    [InlineData(PerDay)]
    [InlineData(FamilyDay)]
    public async Task Stop_WhatThereIsIsKept(string cap)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(BudgetedWork.Answer);
        await using var first = await StartAsync(endpoint, cap);
        var id = await AskedAsync(first);
        await using var host = await first.RestartAsync();

        Assert.Equal(200, (await host.DecideAsync(id, """{"decision":"rejected","comment":"not worth it"}""")).Status);

        var run = await host.RestAsync(id);
        Assert.Equal(("Completed", "budget_stopped"), (run.GetProperty("runtimeStatus").GetString(), run.GetProperty("outcome").GetString()));
        Assert.Equal(JsonValueKind.Null, run.GetProperty("output").ValueKind);
        Assert.Equal("read", Assert.Single(run.GetProperty("partial").EnumerateObject()).Name);
        Assert.Equal(["cheap"], endpoint.Calls.Select(c => c.Model));
        Assert.Equal(BudgetedWork.ReadUsd, await TotalAsync(host, id));
    }

    [Fact]
    public async Task Question_NamesTheCapTheStepAndThePrice_InApprovalEventsAndExplanation()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(BudgetedWork.Answer);
        await using var host = await StartAsync(endpoint, PerDay);
        var id = await AskedAsync(host);

        var asked = Assert.Single((await host.GetAsync($"/api/approvals?runId={id}")).Json.GetProperty("value").EnumerateArray());
        Assert.Equal(("budget", "write", "operators"), (asked.GetProperty("kind").GetString(), asked.GetProperty("step").GetString(), asked.GetProperty("group").GetString()));
        Assert.Matches(@"^step write may cost up to \$0\.\d+ with dear: pipeline work could cost more than \$0\.1 on \d{4}-\d\d-\d\d \(UTC\)",
            Assert.Single(asked.GetProperty("facts").GetProperty("reasons").EnumerateArray()).GetString());
        Assert.Equal(BudgetedWork.ReadUsd, asked.GetProperty("facts").GetProperty("costUsd").GetDecimal());
        var events = (await host.GetAsync($"/api/runs/{id}/events")).Json.GetProperty("value").EnumerateArray().Select(e => e.GetProperty("type").GetString()).ToList();
        Assert.Equal(["approval.requested", "budget.paused"], events[^2..]);
        var attempt = (await host.GetAsync($"/api/runs/{id}/explain")).Json.GetProperty("steps").EnumerateArray().Last().GetProperty("attempts")[0];
        Assert.Equal(("skipped", "day_budget"), (attempt.GetProperty("outcome").GetString(), attempt.GetProperty("failureCode").GetString()));
    }

    [Fact]
    public async Task Raise_ThatIsTooSmall_IsAskedAboutAgain_AndTheRaisesAddUp()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(BudgetedWork.Answer);
        await using var host = await StartAsync(endpoint, PerDay);
        var id = await AskedAsync(host);
        // Two of them are enough, one isn't.
        var raise = 0.6m * (await BudgetedWork.UpperBoundAsync() - 0.1m);

        for (var times = 0; times < 2; times++)
        {
            Assert.Equal("Running", (await host.RestAsync(id)).GetProperty("runtimeStatus").GetString());
            Assert.Equal(200, (await host.DecideAsync(id, FormattableString.Invariant($$$"""{"decision":"approved","edits":{"raiseUsd":{{{raise}}}}}"""))).Status);
        }

        Assert.Equal("Completed", (await host.RestAsync(id)).GetProperty("runtimeStatus").GetString());
        Assert.Equal(["skipped", "skipped", "ok"],
            (await host.AttemptsAsync(id)).Where(a => a.GetProperty("step").GetString() == "write").Select(a => a.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task Raise_PastTheDaysCap_IsForItsRunAlone()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(BudgetedWork.Answer);
        await using var host = await StartAsync(endpoint, PerDay);
        var raised = await AskedAsync(host);
        var other = await AskedAsync(host);

        await host.DecideAsync(raised, """{"decision":"approved","edits":{"raiseUsd":1}}""");

        Assert.Equal("Completed", (await host.RestAsync(raised)).GetProperty("runtimeStatus").GetString());
        Assert.StartsWith("budget apr-", (await host.RestAsync(other)).GetProperty("customStatus").GetProperty("waitingFor").GetString());
        Assert.Single(endpoint.Calls, c => c.Model == "dear");
    }

    static Task<ChainHost> StartAsync(FakeModelEndpoint endpoint, string cap) => cap.StartsWith("family: ", StringComparison.Ordinal)
        ? BudgetedWork.StartAsync(endpoint, familyBudgets: cap["family: ".Length..]) : BudgetedWork.StartAsync(endpoint, cap);

    /// <summary>A run that has paid for <c>read</c> and waits with <c>write</c>.</summary>
    static async Task<string> AskedAsync(ChainHost host)
    {
        var id = await host.FinishAsync("work");
        var run = await host.RestAsync(id);
        Assert.StartsWith("budget apr-", run.GetProperty("customStatus").GetProperty("waitingFor").GetString());
        return id;
    }

    static async Task<decimal> TotalAsync(ChainHost host, string id) => (await host.AttemptsAsync(id)).Sum(a => a.GetProperty("costUsd").GetDecimal());
}
