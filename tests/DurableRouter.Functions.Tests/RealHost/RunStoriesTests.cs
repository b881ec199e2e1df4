using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Functions.Tests.Durable;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Runs that go different ways, on the published app, Durable and Azurite. With a folder in <c>DURABLEROUTER_RECORD_HUB</c> the
/// orchestration triggers that the worker got are left there, one folder for each story: golden histories for later versions
/// (<c>tests/golden/hub</c>).</summary>
public sealed class RunStoriesTests : IAsyncLifetime
{
    const string RecordTo = "DURABLEROUTER_RECORD_HUB";
    readonly FirstCalls _extraction = new("extract");
    readonly string _recordings = Directory.CreateTempSubdirectory("durable-router-hub-").FullName;
    readonly Dictionary<string, string> _stories = [];
    FakeModelEndpoint _endpoint = null!;
    FakeTool _tool = null!;
    AppSetup _setup = null!;
    RunningApp _app = null!;
    volatile bool _holdsExtractions;

    public async Task InitializeAsync()
    {
        _endpoint = await FakeModelEndpoint.StartAsync(Answer);
        _tool = await FakeTool.StartAsync();
        _setup = await AppSetup.CreateAsync(recordings: _recordings);
        _setup.Settings[Settings.Config] = StoryFiles.Write(_setup.Folder("config"), _endpoint.Address, _tool.Address);
        _app = await _setup.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _setup.Dispose();
        await _tool.DisposeAsync();
        await _endpoint.DisposeAsync();
        Directory.Delete(_recordings, recursive: true);
    }

    [Fact]
    public async Task RunsOfAllKinds_OnTheRealHost_GoTheirWays()
    {
        var finished = await StartAsync("finished", "document", Samples.Memo);
        var waiting = await StartAsync("waiting-for-approval", "document", Samples.Agreement);
        var rejected = await StartAsync("rejected", "document", Samples.Agreement);
        var revised = await StartAsync("changes-requested", "document", Samples.Agreement);
        var fallback = await StartAsync("fallback-after-retries", "title", Samples.Memo);
        var budget = await StartAsync("budget-raised", "document", Samples.Memo, budgetUsd: 0.005m);
        var tool = await StartAsync("tool-approved", "ticket", Samples.Memo);

        await _app.DecideAsync(await _app.AskedAsync(rejected), "rejected");
        await _app.DecideAsync(await _app.AskedAsync(revised), "changesRequested");
        await _app.DecideAsync(await _app.AskedAsync(budget), "approved", new { raiseUsd = 0.5 });
        await _app.DecideAsync(await _app.AskedAsync(tool), "approved");
        await _app.AskedAsync(waiting);
        var again = await _app.AskedAsync(revised, revision: 1);
        await _app.DecideAsync(again, "approved");

        Assert.Equal("completed", await OutcomeAsync(finished));
        Assert.Equal("rejected", await OutcomeAsync(rejected));
        Assert.Equal("completed", await OutcomeAsync(revised));
        Assert.Equal("completed", await OutcomeAsync(fallback));
        Assert.Equal("completed", await OutcomeAsync(budget));
        Assert.Equal("completed", await OutcomeAsync(tool));
        Assert.Equal("Running", (await _app.RunAsync(waiting)).GetProperty("runtimeStatus").GetString());
        Assert.Single(_tool.Effects);
        await LoseAWorkerAsync();
        await RestartAsync(finished);
        foreach (var (story, run) in _stories)
        {
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(_recordings, run)));
            await KeepAsync(story, run);
        }
    }

    /// <summary>The worker process dies with a call, which is made again after a pause.</summary>
    async Task LoseAWorkerAsync()
    {
        _holdsExtractions = true;
        var run = await StartAsync("worker-died", "document", Samples.Memo);
        await Eventually.HoldsAsync(() => _extraction.Held == 1, "the extraction was asked for");
        _holdsExtractions = false;

        await _app.KillWorkerAsync();

        Assert.Equal("completed", await OutcomeAsync(run));
    }

    /// <summary>Somebody restarts a run by Durable's own button, and it is adopted.</summary>
    async Task RestartAsync(string run)
    {
        using var answer = await _app.PressAsync(run, "restart");
        var restarted = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await Eventually.HoldsAsync(async () => (await _app.Http.GetAsync($"/api/runs/{restarted}")).IsSuccessStatusCode, $"{restarted} became a run\n{_app.Log}");
        _stories.Add("restarted", restarted);

        Assert.Equal("completed", await OutcomeAsync(restarted));
    }

    async Task<string> StartAsync(string story, string pipeline, string text, decimal? budgetUsd = null)
    {
        var run = await _app.StartRunAsync(new { text }, pipeline, budgetUsd);
        _stories.Add(story, run);
        return run;
    }

    async Task<string?> OutcomeAsync(string run) =>
        (await _app.EndAsync(run)).TryGetProperty("outcome", out var outcome) ? outcome.GetString() : null;

    async Task KeepAsync(string story, string run)
    {
        if (Environment.GetEnvironmentVariable(RecordTo) is { Length: > 0 } target)
        {
            await HubStory.KeepAsync(Path.Combine(_recordings, run), target, story, _setup.Storage);
        }
    }

    FakeReply Answer(FakeCall call) => _holdsExtractions ? _extraction.Answer(call) : call.Model == "weak-1" ? Weak(call) : SaneReplies.For(call);

    // Of each run it refuses the first call for now and fails the next two, so that the run waits twice and then takes the other model.
    static FakeReply Weak(FakeCall call) => call.Key!.EndsWith("/1", StringComparison.Ordinal)
        ? FakeReply.Error(429, "slow down", null, ("Retry-After", "1"))
        : FakeReply.Error(500, "broken");
}
