using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Engine;
using DurableRouter.Engine.Storage;
using DurableRouter.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace DurableRouter.Tests.Engine;

/// <summary>What only the embedded engine promises: its folder, its database, divergence, quarantine, bounds.</summary>
public sealed class EmbeddedEngineTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task SecondEngine_OnTheSameFolder_RefusesAndNamesTheHolder()
    {
        await using var first = await EmbeddedEngineHarness.StartAsync(Waiting(), []);
        first.Engine.Announce("http://127.0.0.1:5080");

        var refused = Assert.Throws<DurableRouterException>(() => new EmbeddedEngine(new EngineOptions { DataFolder = first.Folder }, [Waiting()], []));

        Assert.Equal(ErrorCodes.DataFolderLocked, refused.Code);
        Assert.Contains(Environment.ProcessId.ToString(), refused.Message);
        Assert.Contains("http://127.0.0.1:5080", refused.Message);
    }

    [Fact]
    public async Task ChangedCode_ThatLeavesTheHistory_SuspendsTheRun_AndTheOldCodeFinishesIt()
    {
        var probe = new Probe();
        var original = new DelegateWorkflow(async (context, input) =>
        {
            await context.CallActivityAsync(Probe.Work, new Note("one"));
            await context.WaitForEventAsync("go on", null);
            return await context.CallActivityAsync(Probe.Work, new Note("two"));
        });
        var changed = new DelegateWorkflow(async (context, _) => await context.CallActivityAsync(Probe.Call, new Note("one")));
        await using var engine = await EmbeddedEngineHarness.StartAsync(original, probe.Activities);
        await StartAsync(engine, "run-1");
        await engine.Runs.WaitForHistoryAsync("run-1", 3, Soon, CancellationToken.None);

        await engine.KillAndRestartAsync(changed);
        await engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, CancellationToken.None);

        var stopped = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);
        Assert.Equal(RuntimeStatus.Suspended, stopped!.Status);
        Assert.Equal(ErrorCodes.NonDeterminism, stopped.Error!.Code);
        Assert.Contains("activity.scheduled Call", stopped.Error.Message);
        Assert.Contains("activity.scheduled Work", stopped.Error.Message);
        Assert.Empty(probe.Called);

        await engine.KillAndRestartAsync(original);
        await engine.Runs.ResumeAsync("run-1", "rolled back", CancellationToken.None);
        var done = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);
        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.Null(done.Error);
        Assert.Equal(["one", "two"], probe.Worked);
    }

    [Fact]
    public async Task CodeThatWaitsForAnUnrecordedTask_IsStopped()
    {
        var unrecorded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = new Probe { OnWork = async (note, ct) => { await Task.Delay(Timeout.Infinite, ct); return note; } };
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (context, input) =>
        {
            var work = context.CallActivityAsync(Probe.Work, input);
            await unrecorded.Task;
            return await work;
        }), probe.Activities);
        await StartAsync(engine, "run-1");
        unrecorded.SetResult();

        var stopped = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Suspended, stopped!.Status);
        Assert.Contains("isn't recorded", stopped.Error!.Message);
    }

    [Fact]
    public async Task RunThatKillsTheProcess_FiveTimesAtTheSamePlace_IsQuarantined_AndOthersGoOn()
    {
        var probe = new Probe { OnWork = async (note, ct) => { await Task.Delay(note.Text == "poison" ? Timeout.Infinite : 0, ct); return note; } };
        await using var engine = await EmbeddedEngineHarness.StartAsync(
            new DelegateWorkflow(async (context, input) => await context.CallActivityAsync(Probe.Work, input)), probe.Activities);
        await StartAsync(engine, "run-poison", new Note("poison"));
        for (var death = 1; death <= 5; death++)
        {
            Assert.Equal(RuntimeStatus.Running, (await engine.Runs.GetAsync("run-poison", CancellationToken.None))!.Status);
            await engine.KillAndRestartAsync();
        }

        var stopped = await engine.Runs.GetAsync("run-poison", CancellationToken.None);
        Assert.Equal(RuntimeStatus.Suspended, stopped!.Status);
        Assert.Equal(ErrorCodes.Quarantined, stopped.Error!.Code);
        await StartAsync(engine, "run-healthy", new Note("fine"));
        Assert.Equal(RuntimeStatus.Completed, (await engine.Runs.WaitAsync("run-healthy", Soon, CancellationToken.None))!.Status);

        probe.OnWork = (note, _) => Task.FromResult(note);
        await engine.Runs.ResumeAsync("run-poison", "fixed", CancellationToken.None);
        Assert.Equal(RuntimeStatus.Completed, (await engine.Runs.WaitAsync("run-poison", Soon, CancellationToken.None))!.Status);
    }

    [Fact]
    public async Task OrderlyStops_AreNotCountedAsDeaths()
    {
        var probe = new Probe { OnWork = async (note, ct) => { await Task.Delay(Timeout.Infinite, ct); return note; } };
        await using var engine = await EmbeddedEngineHarness.StartAsync(
            new DelegateWorkflow(async (context, input) => await context.CallActivityAsync(Probe.Work, input)), probe.Activities);
        await StartAsync(engine, "run-1");
        for (var stop = 0; stop < 6; stop++)
        {
            await engine.StopAndRestartAsync();
        }

        Assert.Equal(RuntimeStatus.Running, (await engine.Runs.GetAsync("run-1", CancellationToken.None))!.Status);
    }

    [Fact]
    public async Task FullDisk_RefusesStarts_HoldsAcceptedRuns_AndGoesOnWhenSpaceReturns()
    {
        var probe = new Probe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        probe.OnWork = async (_, ct) => { await gate.Task.WaitAsync(ct); return new Note(new string('x', 200_000), 1); };
        await using var engine = await EmbeddedEngineHarness.StartAsync(
            new DelegateWorkflow(async (context, input) => await context.CallActivityAsync(Probe.Work, input)), probe.Activities);
        await StartAsync(engine, "run-1");
        await engine.Engine.LimitPagesAsync(40);
        gate.SetResult();
        await UntilAsync(() => engine.Engine.Health().WritesHeld > 0);

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => StartAsync(engine, "run-2", new Note(new string('y', 200_000))));
        Assert.Equal(ErrorCodes.StorageFull, refused.Code);
        Assert.Equal(RuntimeStatus.Running, (await engine.Runs.GetAsync("run-1", CancellationToken.None))!.Status);

        await engine.Engine.LimitPagesAsync(int.MaxValue);
        var done = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);
        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        await StartAsync(engine, "run-3");
    }

    [Fact]
    public async Task DamagedDatabase_IsRefused_NamedAndLeftAlone()
    {
        await using var engine = await EmbeddedEngineHarness.StartAsync(Waiting(), []);
        var folder = Directory.CreateTempSubdirectory("durable-router-").FullName;
        var file = Path.Combine(folder, Database.FileName);
        var garbage = Enumerable.Range(0, 8192).Select(i => (byte)(i * 7)).ToArray();
        await File.WriteAllBytesAsync(file, garbage);

        var refused = Assert.Throws<DurableRouterException>(() => new EmbeddedEngine(new EngineOptions { DataFolder = folder }, [Waiting()], []));

        Assert.Equal(ErrorCodes.DatabaseCorrupt, refused.Code);
        Assert.Contains(file, refused.Message);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(file));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The last write of a stop is the mark that it was clean. Without it the next start looks closer, and that is all.</summary>
    [Fact]
    public async Task StopWhileTheDatabaseIsLocked_GivesTheFolderBack()
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-").FullName;
        var options = new EngineOptions { DataFolder = folder };
        using (var other = new SqliteConnection($"Data Source={Path.Combine(folder, Database.FileName)};Pooling=false"))
        {
            var engine = new EmbeddedEngine(options, [Waiting()], []);
            await engine.StartAsync();
            other.Open();
            using var transaction = other.BeginTransaction();

            var failure = await Assert.ThrowsAsync<DurableRouterException>(async () => await engine.DisposeAsync());

            Assert.Equal(ErrorCodes.StorageBusy, failure.Code);
        }

        await using (var next = new EmbeddedEngine(options, [Waiting()], []))
        {
            await next.StartAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task NewerDatabase_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-").FullName;
        await using (new EmbeddedEngine(new EngineOptions { DataFolder = folder }, [Waiting()], []))
        {
        }

        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, Database.FileName)};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 999";
            command.ExecuteNonQuery();
        }

        var refused = Assert.Throws<DurableRouterException>(() => new EmbeddedEngine(new EngineOptions { DataFolder = folder }, [Waiting()], []));
        Assert.Equal(ErrorCodes.DatabaseNewer, refused.Code);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task StartsBeyondTheBound_AreRefused_AndAcceptedRunsFinish()
    {
        var probe = new Probe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        probe.OnWork = async (note, ct) => { await gate.Task.WaitAsync(ct); return note; };
        await using var engine = await EmbeddedEngineHarness.StartAsync(
            new DelegateWorkflow(async (context, input) => await context.CallActivityAsync(Probe.Work, input)), probe.Activities, o => o.MaxBusyRuns = 3);
        for (var i = 0; i < 3; i++)
        {
            await StartAsync(engine, $"run-{i}");
        }

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => StartAsync(engine, "run-4"));
        Assert.Equal(ErrorCodes.TooManyRuns, refused.Code);
        Assert.NotNull(refused.RetryAfter);

        gate.SetResult();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(RuntimeStatus.Completed, (await engine.Runs.WaitAsync($"run-{i}", Soon, CancellationToken.None))!.Status);
        }
    }

    [Fact]
    public async Task ActivitiesOfOneModel_AreBounded_AndAllRun()
    {
        var probe = new Probe();
        var (now, most) = (0, 0);
        probe.OnCall = async (note, _) =>
        {
            var running = Interlocked.Increment(ref now);
            lock (probe)
            {
                most = Math.Max(most, running);
            }

            await Task.Yield();
            Interlocked.Decrement(ref now);
            return note;
        };
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (context, input) =>
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => context.CallActivityAsync(Probe.Call, new Note($"{i}"))));
            return input;
        }), probe.Activities, o => o.MaxConcurrentPerModel = 2);
        await StartAsync(engine, "run-1");

        var done = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.Equal(20, probe.Called.Count);
        Assert.InRange(most, 1, 2);
        Assert.Equal(20, (await engine.Ledger.AttemptsAsync("run-1", CancellationToken.None)).Count);
    }

    [Fact]
    public async Task ClockSetBack_NeitherRunsTimeBackwardsNorFiresTwice()
    {
        var probe = new Probe();
        var times = new List<DateTimeOffset>();
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (context, input) =>
        {
            times.Add(context.CurrentTime);
            await context.WaitForEventAsync("go on", null);
            times.Add(context.CurrentTime);
            await context.CallActivityAsync(Probe.Work, input);
            return input;
        }), probe.Activities);
        await StartAsync(engine, "run-1");
        engine.Clock.JumpTo(engine.Clock.GetUtcNow() - TimeSpan.FromDays(1));
        await engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, CancellationToken.None);

        var done = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.True(times[1] >= times[0]);
        Assert.Single(probe.Worked);
    }

    [Fact]
    public async Task WaitingRuns_LeaveMemory()
    {
        await using var engine = await EmbeddedEngineHarness.StartAsync(Waiting(), []);
        for (var i = 0; i < 50; i++)
        {
            await StartAsync(engine, $"run-{i}");
        }

        await UntilAsync(() => engine.Engine.Health().BusyRuns == 0);
        await engine.Runs.RaiseEventAsync("run-7", "finish", "e1", null, CancellationToken.None);
        Assert.Equal(RuntimeStatus.Completed, (await engine.Runs.WaitAsync("run-7", Soon, CancellationToken.None))!.Status);
    }

    static DelegateWorkflow Waiting() => new(async (context, input) =>
    {
        await context.WaitForEventAsync("finish", null);
        return input;
    });

    static Task<StartedRun> StartAsync(EmbeddedEngineHarness engine, string id, Note? input = null) => engine.Runs.StartAsync(
        new StartRun(id, "conformance", input ?? new Note("go"), new RunIndexEntry("conformance", new Dictionary<string, string>(), null), [], null),
        CancellationToken.None);

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
