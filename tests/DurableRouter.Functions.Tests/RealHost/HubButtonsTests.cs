using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Samples;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What people do past our interface, by Durable's own: on the published app, Durable and Azurite.</summary>
public sealed class HubButtonsTests
{
    [Fact]
    public async Task Restart_BecomesARunOfItsOwn_AndUnderTheSameIdIsRefused()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        await using var app = await setup.StartAsync();
        var run = await app.StartDocumentAsync(Samples.Memo);
        await app.CompletesAsync(run);

        using var answer = await app.PressAsync(run, "restart");
        var restarted = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await Eventually.HoldsAsync(async () => await StatusAsync(app, restarted) != HttpStatusCode.NotFound, $"{restarted} became a run\n{app.Log}");
        await app.CompletesAsync(restarted);

        Assert.Equal(run, (await app.RunAsync(restarted)).GetProperty("tags").GetProperty("restartedFrom").GetString());
        await LedgerLog.MatchesAsync(app, endpoint, run, restarted);

        var calls = endpoint.Calls.Count;
        using var same = await app.PressAsync(run, "restart?restartWithNewInstanceId=false");
        Assert.True(same.IsSuccessStatusCode, $"{same.StatusCode}");
        await Eventually.HoldsAsync(async () => await app.HubStatusAsync(run) == "Failed", $"the task hub's {run} failed\n{app.Log}");

        await app.CompletesAsync(run);
        Assert.Equal(calls, endpoint.Calls.Count);
        await LedgerLog.MatchesAsync(app, endpoint, run, restarted);
    }

    /// <summary>The verdict is in the history, so a rewind brings the run to it again without a call.</summary>
    [Fact]
    public async Task Rewind_OfARunThatFailedByItsVerdict_EndsAsBefore()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(_ => FakeReply.Error(400, "no"));
        await using var tool = await FakeTool.StartAsync();
        using var setup = await AppSetup.CreateAsync();
        setup.Settings[Settings.Config] = StoryFiles.Write(setup.Folder("config"), endpoint.Address, tool.Address);
        await using var app = await setup.StartAsync();
        var run = await app.StartRunAsync(new { text = Samples.Memo }, "title");
        var ended = await app.EndAsync(run);
        await Eventually.HoldsAsync(async () => await app.HubStatusAsync(run) == "Failed", $"the task hub's {run} failed\n{app.Log}");
        var calls = endpoint.Calls.Count;

        using var answer = await app.PressAsync(run, "rewind?reason=test");
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        await Eventually.HoldsAsync(async () => await app.HubHistoryAsync(run) is var history && history.Any(e => EventType(e) == "GenericEvent")
            && EventType(history[^1]) == "ExecutionCompleted", $"the task hub rewound {run}, and it ended again\n{app.Log}");
        Assert.Equal("Failed", await app.HubStatusAsync(run));

        Assert.Equal(calls, endpoint.Calls.Count);
        Assert.Equal(ended.GetProperty("error").GetRawText(), (await app.RunAsync(run)).GetProperty("error").GetRawText());
    }

    /// <summary>A release that can't read a run's input breaks it in the task hub alone. Under the next one a rewind takes the end back.</summary>
    [Fact]
    public async Task Rewind_OfARunThatABadReleaseBroke_GoesOnToItsEnd_AndCallsNothingAgain()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        await using var tool = await FakeTool.StartAsync();
        using var setup = await AppSetup.CreateAsync();
        setup.Settings[Settings.Config] = StoryFiles.Write(setup.Folder("config"), endpoint.Address, tool.Address);
        var bad = Path.Combine(setup.Folder("release"), "bad");
        setup.Plant("PLANTED_MISREADING", bad);
        await using var app = await setup.StartAsync();
        var run = await app.StartDocumentAsync(Samples.Agreement);
        var asked = await app.AskedAsync(run);
        await File.WriteAllTextAsync(bad, "");
        await app.DecideAsync(asked, "approved");
        await Eventually.HoldsAsync(async () => await app.HubStatusAsync(run) == "Failed", $"the task hub's {run} failed\n{app.Log}");
        Assert.Equal("Failed", (await app.EndAsync(run)).GetProperty("runtimeStatus").GetString());
        var before = endpoint.Calls.Count;

        File.Delete(bad);
        using var answer = await app.PressAsync(run, "rewind?reason=test");
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        await Eventually.HoldsAsync(async () => await app.HubStatusAsync(run) == "Completed", $"the task hub's {run} completed\n{app.Log}");

        await app.CompletesAsync(run);
        Assert.Equal(["verify"], endpoint.Calls.Skip(before).Select(call => call.Key!.Split('/')[1]));
        await LedgerLog.MatchesAsync(app, endpoint, run);
        var history = (await app.Http.GetFromJsonAsync<JsonElement>($"/api/runs/{run}?showHistory=true")).GetProperty("historyEvents").EnumerateArray();
        Assert.Equal(["run.started", "run.failed", "run.reopened", "run.completed"],
            history.Select(e => e.GetProperty("eventType").GetString()!).Where(type => type.StartsWith("run.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Samples_OnTheRealHost_AreAnsweredAsTheySay()
    {
        using var setup = await AppSetup.CreateAsync();
        await using var app = await setup.StartAsync();

        foreach (var file in AzureSamples.Files)
        {
            await AzureSamples.CheckAsync(file, app.Http.BaseAddress!);
        }
    }

    static string? EventType(JsonElement e) => e.GetProperty("EventType").GetString();

    static async Task<HttpStatusCode> StatusAsync(RunningApp app, string run)
    {
        using var answer = await app.Http.GetAsync($"/api/runs/{run}");
        return answer.StatusCode;
    }
}
