using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Resilience;
using DurableRouter.Tests.Shared;
using DurableRouter.Tests.Systems;

namespace DurableRouter.Tests.Budgets;

/// <summary>The cap of a day holds however many runs meet it at once, over deaths of the process, and around midnight (UTC).</summary>
public sealed class DayCapTests
{
    [Fact]
    public async Task TwoHundredRunsAtOnce_NeverCrossTheCap_AndUseItUp()
    {
        const decimal cap = 1;
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => BudgetedWork.Answer(call) with { Delay = TimeSpan.FromMilliseconds(2) });
        await using var host = await BudgetedWork.StartAsync(endpoint, $"{{ perPipelinePerDay: {cap} }}", clock: new VirtualClock());

        var ids = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => host.StartAsync("work", $"letter {n}")));
        var runs = new List<JsonElement>();
        foreach (var id in ids)
        {
            runs.Add(await host.RestAsync(id));
        }

        var attempts = new List<JsonElement>();
        foreach (var id in ids)
        {
            attempts.AddRange(await host.AttemptsAsync(id));
        }

        var invoiced = BudgetedWork.Invoice(endpoint);
        Assert.True(invoiced <= cap, $"{invoiced} were invoiced");
        Assert.Equal(invoiced, attempts.Sum(a => a.GetProperty("costUsd").GetDecimal()));
        Assert.Equal(endpoint.Calls.Select(c => c.Key).Order(), attempts.Where(a => a.GetProperty("outcome").GetString() != "skipped").Select(a => a.GetProperty("key").GetString()).Order());
        // Every run has its answer or asks, and those that ask could have crossed the cap: a dear call may cost up to a quarter dollar.
        Assert.All(runs, r => Assert.True(r.GetProperty("runtimeStatus").GetString() == "Completed"
            || r.GetProperty("customStatus").GetProperty("waitingFor").GetString()!.StartsWith("budget", StringComparison.Ordinal), r.ToString()));
        Assert.Contains(runs, r => r.GetProperty("runtimeStatus").GetString() == "Completed");
        Assert.Contains(runs, r => r.GetProperty("runtimeStatus").GetString() == "Running");
        Assert.True(invoiced > cap - 0.25m, $"only {invoiced} of {cap} were used");
    }

    [Fact]
    public async Task Death_BetweenReservationAndSettlement_LeavesNeitherALeakNorAGap()
    {
        var upper = await BudgetedWork.UpperBoundAsync();
        var dear = 0;
        await using var endpoint = await FakeModelEndpoint.StartAsync(call =>
            call.Model == "dear" && Interlocked.Increment(ref dear) == 1 ? FakeReply.Hang() : BudgetedWork.Answer(call));
        // Room for the call that a death will hide, its successor, and one more; not for a fourth.
        var cap = (2 * upper) + BudgetedWork.WriteUsd + 0.01m;
        await using var doomed = await BudgetedWork.StartAsync(endpoint, FormattableString.Invariant($"{{ perPipelinePerDay: {cap} }}"), clock: new VirtualClock());
        var hidden = await doomed.StartAsync("work");
        await Eventually.HoldsAsync(() => endpoint.Calls.Any(c => c.Model == "dear"), "the dear model was asked");
        await using var host = await doomed.DieAndRestartAsync();

        await EndsAsync(host, hidden, "Completed");
        Assert.Equal([("outcome_unknown", upper), ("ok", BudgetedWork.WriteUsd)], (await host.AttemptsAsync(hidden)).Where(a => a.GetProperty("model").GetString() == "dear")
            .Select(a => (a.GetProperty("outcome").GetString()!, a.GetProperty("costUsd").GetDecimal())));
        await EndsAsync(host, await host.StartAsync("work"), "Completed");
        await EndsAsync(host, await host.StartAsync("work"), "Running");
    }

    [Fact]
    public async Task Death_WithManyCallsOut_EachCountsBeforeTheFirstNewOneMayGo()
    {
        const int runs = 20;
        var upper = await BudgetedWork.UpperBoundAsync();
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model == "dear" ? FakeReply.Hang() : BudgetedWork.Answer(call));
        var cap = (runs + 0.5m) * upper;
        await using var doomed = await BudgetedWork.StartAsync(endpoint, FormattableString.Invariant($"{{ perPipelinePerDay: {cap} }}"), clock: new VirtualClock());
        var ids = await Task.WhenAll(Enumerable.Range(0, runs).Select(_ => doomed.StartAsync("work")));
        await Eventually.HoldsAsync(() => endpoint.Calls.Count(c => c.Model == "dear") == runs, "each run's call was out");
        await using var host = await doomed.DieAndRestartAsync();
        Assert.Equal(ids.Select(id => ($"{id}/write/0/1", upper)).Order(), host.CallsLeftOpen.Select(c => (c.Attempt, c.UpperBoundUsd)).Order());

        foreach (var id in ids)
        {
            await EndsAsync(host, id, "Running");
            Assert.Equal("outcome_unknown", (await host.AttemptsAsync(id)).Single(a => a.GetProperty("model").GetString() == "dear" && a.GetProperty("outcome").GetString() != "skipped")
                .GetProperty("outcome").GetString());
        }

        Assert.Equal(runs, endpoint.Calls.Count(c => c.Model == "dear"));
        var day = Assert.Single((await host.GetAsync("/api/stats/cost?groupBy=pipeline")).Json.GetProperty("value").EnumerateArray());
        Assert.InRange(day.GetProperty("costUsd").GetDecimal(), runs * upper, cap);
    }

    [Fact]
    public async Task Kill_OfTheProcessUnderLoad_TheInvoiceStaysWithinTheCap()
    {
        const decimal cap = 1;
        var began = DateTimeOffset.UtcNow;
        var folder = Directory.CreateTempSubdirectory("durable-router-cap-").FullName;
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => BudgetedWork.Answer(call) with { Delay = TimeSpan.FromMilliseconds(20) });
        var config = Path.Combine(folder, "config");
        BudgetedWork.Load(config, endpoint.Address, $"{{ perPipelinePerDay: {cap} }}");
        var data = Path.Combine(folder, "data");
        var ids = new List<string>();
        await using (var doomed = await ServeProcess.StartAsync(config, data))
        {
            await using var api = new ServedApi(doomed);
            ids.AddRange(await Task.WhenAll(Enumerable.Range(0, 60).Select(n => api.StartAsync("work", $"letter {n}"))));
            await Eventually.HoldsAsync(() => endpoint.Calls.Count(c => c.Model == "dear") >= 5, "calls were made");
            await doomed.KillAsync();
        }

        await using (var host = await ServeProcess.StartAsync(config, data))
        {
            await using var api = new ServedApi(host);
            var booked = 0m;
            foreach (var id in ids)
            {
                await api.RestAsync(id);
                booked += (await api.AttemptsAsync(id)).Sum(a => a.GetProperty("costUsd").GetDecimal());
            }

            var invoiced = BudgetedWork.Invoice(endpoint);
            var days = (DateTimeOffset.UtcNow.Date - began.UtcDateTime.Date).Days + 1; // the process has the system's clock, and midnight may pass
            Assert.True(invoiced <= cap * days, $"{invoiced} were invoiced in {days} days");
            Assert.True(booked >= invoiced, $"{booked} booked for {invoiced}");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Midnight_BeginsANewDay_AndAClockThatIsSetBackReturnsToTheOldOne()
    {
        var clock = new VirtualClock(new DateTimeOffset(2026, 3, 1, 23, 59, 50, TimeSpan.Zero));
        await using var endpoint = await FakeModelEndpoint.StartAsync(BudgetedWork.Answer);
        // Room for one run, and not for the upper bound of a second.
        var cap = await BudgetedWork.UpperBoundAsync() + (BudgetedWork.WriteUsd / 2);
        await using var host = await BudgetedWork.StartAsync(endpoint, FormattableString.Invariant($"{{ perPipelinePerDay: {cap} }}"), clock: clock);
        await EndsAsync(host, await host.StartAsync("work"), "Completed");
        await EndsAsync(host, await host.StartAsync("work"), "Running");

        clock.JumpTo(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
        await EndsAsync(host, await host.StartAsync("work"), "Completed");
        await EndsAsync(host, await host.StartAsync("work"), "Running");
        clock.JumpTo(new DateTimeOffset(2026, 3, 9, 12, 0, 0, TimeSpan.Zero));
        await EndsAsync(host, await host.StartAsync("work"), "Completed");
        clock.JumpTo(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await EndsAsync(host, await host.StartAsync("work"), "Running");

        var days = (await host.GetAsync("/api/stats/cost?groupBy=day")).Json.GetProperty("value").EnumerateArray()
            .Select(d => (d.GetProperty("key").GetString(), d.GetProperty("costUsd").GetDecimal())).ToList();
        Assert.Equal(["2026-03-01", "2026-03-02", "2026-03-09"], days.Select(d => d.Item1));
        Assert.All(days, d => Assert.True(d.Item2 <= cap));
    }

    /// <param name="status">Running: it waits for a decision about a budget.</param>
    static async Task EndsAsync(ChainHost host, string id, string status)
    {
        var run = await host.RestAsync(id);
        Assert.True(run.GetProperty("runtimeStatus").GetString() == status, run.ToString());
        if (status == "Running")
        {
            Assert.StartsWith("budget apr-", run.GetProperty("customStatus").GetProperty("waitingFor").GetString());
        }
    }
}
