using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Runs that go different ways, on the published app, Durable and Azurite. With a folder in <c>DURABLEROUTER_RECORD_HUB</c> the
/// orchestration triggers that the worker got are left there, one folder for each story: golden histories for later versions
/// (<c>tests/golden/hub</c>).</summary>
[Collection(nameof(RunningApp))]
public sealed class RunStoriesTests : IAsyncLifetime
{
    const string RecordTo = "DURABLEROUTER_RECORD_HUB";
    readonly string _recordings = Directory.CreateTempSubdirectory("durable-router-hub-").FullName;
    readonly Dictionary<string, string> _stories = [];
    FakeModelEndpoint _endpoint = null!;
    FakeTool _tool = null!;
    AppSetup _setup = null!;
    RunningApp _app = null!;

    public async Task InitializeAsync()
    {
        _endpoint = await FakeModelEndpoint.StartAsync(WeakModelFails());
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
        foreach (var (story, run) in _stories)
        {
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(_recordings, run)));
            Keep(story, run);
        }
    }

    async Task<string> StartAsync(string story, string pipeline, string text, decimal? budgetUsd = null)
    {
        var run = await _app.StartRunAsync(new { text }, pipeline, budgetUsd);
        _stories.Add(story, run);
        return run;
    }

    async Task<string?> OutcomeAsync(string run) =>
        (await _app.EndAsync(run)).TryGetProperty("outcome", out var outcome) ? outcome.GetString() : null;

    void Keep(string story, string run)
    {
        if (Environment.GetEnvironmentVariable(RecordTo) is not { Length: > 0 } target)
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(target, story)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(_recordings, run)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }
    }

    // Of each run it refuses the first call for now and fails the next two, so that the run waits twice and then takes the other model.
    static Func<FakeCall, FakeReply> WeakModelFails() => call =>
        call.Model != "weak-1" ? SaneReplies.For(call)
        : call.Key!.EndsWith("/1", StringComparison.Ordinal) ? FakeReply.Error(429, "slow down", null, ("Retry-After", "1"))
        : FakeReply.Error(500, "broken");
}
