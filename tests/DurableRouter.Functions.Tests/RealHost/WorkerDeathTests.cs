using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Worker processes that die at each kind of work; the host lives on.</summary>
public sealed class WorkerDeathTests
{
    [Fact]
    public async Task Worker_KilledWithACallOfEveryStep_AllRunsEnd_AndEachCallHasItsRow()
    {
        var calls = new StepCalls("classify", "extract", "reason", "verify");
        await using var endpoint = await FakeModelEndpoint.StartAsync(calls.Answer);
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        await using var app = await setup.StartAsync();
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.StartDocumentAsync(Samples.Memo)));
        await Eventually.HoldsAsync(() => calls.Held == 4, "a call of each step was out");

        await app.KillWorkerAsync();

        foreach (var run in runs)
        {
            await app.CompletesAsync(run);
            var unknown = Assert.Single(await app.LedgerAsync(run), row => row.GetProperty("outcome").GetString() != "ok");
            Assert.Equal("outcome_unknown", unknown.GetProperty("outcome").GetString());
        }

        await LedgerLog.MatchesAsync(app, endpoint, runs);
    }

    [Fact]
    public async Task Worker_KilledAfterTheToolHadItsEffect_TheCallIsMadeAgain_UnderItsKey()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync();
        await using var tool = await FakeTool.StartAsync(call => call.Number == 1 ? FakeReply.Hang() : FakeReply.Json("""{"id":"T-1"}"""));
        using var setup = await AppSetup.CreateAsync();
        setup.Settings[Settings.Config] = StoryFiles.Write(setup.Folder("config"), endpoint.Address, tool.Address);
        await using var app = await setup.StartAsync();
        var run = await app.StartRunAsync(new { text = Samples.Memo }, "ticket");
        await app.DecideAsync(await app.AskedAsync(run), "approved");
        await Eventually.HoldsAsync(() => tool.Calls.Count == 1, "the tool was called");

        await app.KillWorkerAsync();

        await app.CompletesAsync(run);
        Assert.Single(tool.Effects);
        Assert.Equal(["outcome_unknown", "ok"],
            (await app.LedgerAsync(run)).Where(r => r.GetProperty("role").GetString() == "tool").Select(r => r.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task Worker_KilledAroundADecision_TheRunHearsOfIt_AndItIsMadeOnce()
    {
        using var setup = await AppSetup.CreateAsync();
        await using var app = await setup.StartAsync();
        var run = await app.StartDocumentAsync(Samples.Agreement);
        var asked = await app.AskedAsync(run);
        var address = $"/api/approvals/{asked.GetProperty("id").GetString()}";

        // Whichever comes first: the record is written and the worker dies before it wakes the run, or the decision is made again.
        var decision = Record.ExceptionAsync(() => app.DecideAsync(asked, "approved"));
        await app.KillWorkerAsync();
        await decision;
        await Eventually.HoldsAsync(async () => (await app.Http.GetAsync(address)).IsSuccessStatusCode, "the next worker answers");
        var record = await app.Http.GetFromJsonAsync<JsonElement>(address);
        if (record.GetProperty("status").GetString() == "pending")
        {
            await app.DecideAsync(asked, "approved");
        }

        await app.FireAsync("WakeApprovals");

        await app.CompletesAsync(run);
        Assert.Single((await app.Http.GetFromJsonAsync<JsonElement>(address)).GetProperty("votes").EnumerateArray());
    }
}
