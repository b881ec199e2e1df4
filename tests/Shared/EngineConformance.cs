using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Tests.Shared;

/// <summary>An engine under test, with the power to kill it.</summary>
public interface IEngineUnderTest : IAsyncDisposable
{
    IRunClient Runs { get; }

    ILedger Ledger { get; }

    VirtualClock Clock { get; }

    /// <summary>Ends the engine as the death of its process would, and starts another on the same store.</summary>
    Task KillAndRestartAsync(Workflow? changed = null);
}

/// <summary>What every engine must do for a workflow, whatever it is built on. Inherited by one class per engine.</summary>
public abstract class EngineConformance
{
    int runs;

    /// <summary>The patience of every wait, in real time.</summary>
    protected virtual TimeSpan Soon => TimeSpan.FromSeconds(90);

    protected virtual int StartsAtOnce => 1000;

    protected abstract Task<IEngineUnderTest> CreateAsync(Workflow workflow, IReadOnlyList<Activity> activities);

    [Fact]
    public async Task Run_OfThreeActivities_CompletesWithTheirResult()
    {
        var probe = new Probe();
        await using var engine = await CreateAsync(Chain(3), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.Equal(3, done.Output!.Value.GetProperty("number").GetInt32());
        Assert.Equal(["0", "1", "2"], probe.Worked);
    }

    [Fact]
    public async Task History_IsGaplessAndOrdered()
    {
        var probe = new Probe();
        await using var engine = await CreateAsync(Chain(2), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        var history = await engine.Runs.HistoryAsync(id, 0, CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, history.Count).Select(i => (long)i), history.Select(e => e.Sequence));
        Assert.Equal([HistoryKinds.RunStarted, HistoryKinds.ActivityScheduled, HistoryKinds.ActivityCompleted, HistoryKinds.ActivityScheduled,
            HistoryKinds.ActivityCompleted, HistoryKinds.RunCompleted], history.Select(e => e.Kind));
        Assert.Equal(2, history[2].Subject);
        Assert.Single(await engine.Runs.HistoryAsync(id, history.Count - 1, CancellationToken.None));
    }

    [Fact]
    public async Task FinishedActivities_AfterADeath_AreNotRunAgain()
    {
        var probe = new Probe();
        var stuck = new TaskCompletionSource();
        probe.OnWork = async (note, ct) =>
        {
            if (note.Text == "2" && !stuck.Task.IsCompleted)
            {
                await Task.Delay(Timeout.Infinite, ct);
            }

            return note with { Number = note.Number + 1 };
        };
        await using var engine = await CreateAsync(Chain(4), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilAsync(() => probe.Worked.Count == 3);

        stuck.SetResult();
        await engine.KillAndRestartAsync();
        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.Equal(4, done.Output!.Value.GetProperty("number").GetInt32());
        Assert.Equal(["0", "1", "2", "2", "3"], probe.Worked); // only the one without a result ran twice
    }

    [Fact]
    public async Task CallThatADeathHid_IsNeverRepeated_AndStandsInTheLedgerAsUnknown()
    {
        var probe = new Probe { OnCall = async (_, ct) => { await Task.Delay(Timeout.Infinite, ct); throw new InvalidOperationException(); } };
        await using var engine = await CreateAsync(
            new DelegateWorkflow(async (context, _) => await context.CallActivityAsync(Probe.Call, new Note("pay"))), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilAsync(() => probe.Called.Count == 1);

        await engine.KillAndRestartAsync();
        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        Assert.Equal(-1, done!.Output!.Value.GetProperty("number").GetInt32());
        Assert.Single(probe.Called);
        var row = Assert.Single(await engine.Ledger.AttemptsAsync(id, CancellationToken.None));
        Assert.Equal(AttemptOutcome.OutcomeUnknown, row.Outcome);
    }

    [Fact]
    public async Task LedgerRow_ComesBackAsWritten()
    {
        var probe = new Probe();
        await using var engine = await CreateAsync(
            new DelegateWorkflow(async (context, _) => await context.CallActivityAsync(Probe.Call, new Note("pay"))), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        var row = Assert.Single(await engine.Ledger.AttemptsAsync(id, CancellationToken.None));

        Assert.Equal($"{id}/pay", row.Key);
        Assert.Equal(0.01m, row.CostUsd);
        Assert.Equal(new TokenUsage(10, 0, 5, 0), row.Usage);
        Assert.Equal(new DateOnly(2026, 1, 1), row.PriceAsOf);
        Assert.Equal(new string('a', 64), row.PromptSha256);
        Assert.True(row.Simulated);
    }

    [Fact]
    public async Task ParallelActivities_AfterADeath_ReplayInRecordedOrder()
    {
        var probe = new Probe();
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        probe.OnWork = async (note, ct) =>
        {
            await gates[int.Parse(note.Text)].Task.WaitAsync(ct);
            return note;
        };
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, _) =>
        {
            var order = new List<string>();
            await Task.WhenAll(Enumerable.Range(0, 3).Select(async i =>
            {
                order.Add((await context.CallActivityAsync(Probe.Work, new Note(i.ToString()))).Text);
                context.SetStatus(Reached($"{order.Count}"));
            }));
            await context.WaitForEventAsync("finish", null);
            return new Note(string.Join(',', order));
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        foreach (var (i, done) in new[] { (2, "1"), (0, "2"), (1, "3") })
        {
            gates[i].SetResult();
            await UntilReachedAsync(engine, id, done);
        }

        await engine.KillAndRestartAsync();
        await engine.Runs.RaiseEventAsync(id, "finish", "e1", null, CancellationToken.None);

        var ended = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal("2,0,1", ended!.Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task ActivityThatThrows_ReachesTheWorkflowAsAnException()
    {
        var probe = new Probe { OnWork = (_, _) => throw new InvalidOperationException("broken disk") };
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, input) =>
        {
            try
            {
                return await context.CallActivityAsync(Probe.Work, input);
            }
            catch (ActivityFailedException e)
            {
                return new Note(e.Message);
            }
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        Assert.Contains("broken disk", done!.Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task WorkflowThatThrows_EndsFailedWithACode()
    {
        await using var engine = await CreateAsync(new DelegateWorkflow((_, _) => throw new InvalidOperationException("a bug")), []);
        var id = await StartAsync(engine, new Note("go"));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Failed, done!.Status);
        Assert.Equal(ErrorCodes.WorkflowFailed, done.Error!.Code);
        Assert.Contains("a bug", done.Error.Message);
    }

    [Fact]
    public async Task Delay_AcrossADeath_FiresOnceAtItsDueTime()
    {
        var probe = new Probe();
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, _) =>
        {
            var due = context.CurrentTime + TimeSpan.FromHours(5);
            context.SetStatus(Reached("delay"));
            await context.DelayUntilAsync(due);
            var fired = context.CurrentTime;
            await context.CallActivityAsync(Probe.Work, new Note("after"));
            return new Note(fired >= due ? "due" : "early");
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilReachedAsync(engine, id, "delay");
        engine.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Empty(probe.Worked);

        await engine.KillAndRestartAsync();
        Assert.Empty(probe.Worked);
        engine.Clock.Advance(TimeSpan.FromHours(2));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal("due", done!.Output!.Value.GetProperty("text").GetString());
        Assert.Single(probe.Worked);
    }

    [Fact]
    public async Task Event_BeforeItIsWaitedFor_IsKept_AndARepeatedIdIsDropped()
    {
        var probe = new Probe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        probe.OnWork = async (note, ct) => { await gate.Task.WaitAsync(ct); return note; };
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, input) =>
        {
            await context.CallActivityAsync(Probe.Work, input);
            var first = await context.WaitForEventAsync("news", null);
            context.SetStatus(Reached("second"));
            var second = await context.WaitForEventAsync("news", context.CurrentTime + TimeSpan.FromMinutes(1));
            return new Note($"{first!.Payload!.Value.GetInt32()} {second?.Payload?.GetInt32().ToString() ?? "none"}");
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await engine.Runs.RaiseEventAsync(id, "news", "e1", JsonSerializer.SerializeToElement(7), CancellationToken.None);
        await engine.Runs.RaiseEventAsync(id, "news", "e1", JsonSerializer.SerializeToElement(8), CancellationToken.None);
        gate.SetResult();
        await UntilReachedAsync(engine, id, "second");

        engine.Clock.Advance(TimeSpan.FromMinutes(2));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal("7 none", done!.Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task EventWait_WhenTheEventComesFirst_IgnoresItsDeadline()
    {
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, _) =>
        {
            var received = await context.WaitForEventAsync("news", context.CurrentTime + TimeSpan.FromMinutes(1));
            await context.DelayUntilAsync(context.CurrentTime + TimeSpan.FromMinutes(5));
            return new Note(received is null ? "timeout" : "event");
        }), []);
        var id = await StartAsync(engine, new Note("go"));
        await engine.Runs.RaiseEventAsync(id, "news", "e1", null, CancellationToken.None);

        engine.Clock.Advance(TimeSpan.FromMinutes(10));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal("event", done!.Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Suspension_HoldsResultsBack_AndLosesNone()
    {
        var probe = new Probe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        probe.OnWork = async (note, ct) => { await gate.Task.WaitAsync(ct); return note with { Number = 1 }; };
        await using var engine = await CreateAsync(Chain(1), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await engine.Runs.SuspendAsync(id, "lunch", CancellationToken.None);
        gate.SetResult();
        await UntilInHistoryAsync(engine, id, HistoryKinds.ActivityCompleted);
        Assert.Equal(RuntimeStatus.Suspended, (await engine.Runs.GetAsync(id, CancellationToken.None))!.Status);

        await engine.KillAndRestartAsync();
        Assert.Equal(RuntimeStatus.Suspended, (await engine.Runs.GetAsync(id, CancellationToken.None))!.Status);
        await engine.Runs.ResumeAsync(id, "back", CancellationToken.None);

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.Single(probe.Worked);
    }

    [Fact]
    public async Task Termination_EndsTheRun_AndALateResultIsBilledButDiscarded()
    {
        var probe = new Probe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        probe.OnCall = async (note, ct) => { await gate.Task.WaitAsync(ct); return note; };
        await using var engine = await CreateAsync(
            new DelegateWorkflow(async (context, _) => await context.CallActivityAsync(Probe.Call, new Note("pay"))), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilAsync(() => probe.Called.Count == 1);

        await engine.Runs.TerminateAsync(id, "enough", CancellationToken.None);
        Assert.Equal(RuntimeStatus.Terminated, (await engine.Runs.GetAsync(id, CancellationToken.None))!.Status);
        gate.SetResult();
        await UntilAsync(async () => (await engine.Ledger.AttemptsAsync(id, CancellationToken.None)).Count == 1);

        Assert.Equal(AttemptOutcome.LateDiscarded, (await engine.Ledger.AttemptsAsync(id, CancellationToken.None))[0].Outcome);
        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => engine.Runs.TerminateAsync(id, null, CancellationToken.None));
        Assert.Equal(ErrorCodes.RunFinished, refused.Code);
    }

    [Fact]
    public async Task LargePayloads_ComeBackWhole()
    {
        var big = new string('x', 300_000);
        var probe = new Probe();
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, _) =>
        {
            var echoed = await context.CallActivityAsync(Probe.Work, new Note(big));
            await context.WaitForEventAsync("finish", null);
            return new Note("done", echoed.Text.Length);
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilInHistoryAsync(engine, id, HistoryKinds.ActivityCompleted);

        await engine.KillAndRestartAsync();
        await engine.Runs.RaiseEventAsync(id, "finish", "e1", null, CancellationToken.None);

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal(300_000, done!.Output!.Value.GetProperty("number").GetInt32());
        Assert.Single(probe.Worked);
    }

    [Fact]
    public async Task IdempotencyKey_ManyStartsAtOnce_MakeOneRun()
    {
        var probe = new Probe();
        await using var engine = await CreateAsync(Chain(1), probe.Activities);

        var started = await Task.WhenAll(Enumerable.Range(0, StartsAtOnce).Select(_ => Task.Run(() =>
            engine.Runs.StartAsync(Request(new Note("go"), new IdempotencyClaim("key", "hash")), CancellationToken.None))));

        var id = Assert.Single(started.Select(s => s.RunId).Distinct());
        Assert.Single(started, s => !s.Replayed);
        await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Single(probe.Worked);
        var refused = await Assert.ThrowsAsync<DurableRouterException>(() =>
            engine.Runs.StartAsync(Request(new Note("other"), new IdempotencyClaim("key", "another hash")), CancellationToken.None));
        Assert.Equal(ErrorCodes.IdempotencyMismatch, refused.Code);
    }

    [Fact]
    public async Task Purge_RemovesTheRun_AndLeavesItsLedger()
    {
        var probe = new Probe();
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, input) =>
        {
            await context.CallActivityAsync(Probe.Call, new Note("pay"));
            await context.WaitForEventAsync("finish", null);
            return input;
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        var live = await Assert.ThrowsAsync<DurableRouterException>(() => engine.Runs.PurgeAsync(id, CancellationToken.None));
        Assert.Equal(ErrorCodes.RunLive, live.Code);
        await engine.Runs.RaiseEventAsync(id, "finish", "e1", null, CancellationToken.None);
        await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        await UntilAsync(async () =>
        {
            try
            {
                await engine.Runs.PurgeAsync(id, CancellationToken.None);
                return true;
            }
            catch (DurableRouterException e) when (e.Code == ErrorCodes.RunLive)
            {
                return false; // its last turn is still leaving memory
            }
        });

        Assert.Null(await engine.Runs.GetAsync(id, CancellationToken.None));
        Assert.Single(await engine.Ledger.AttemptsAsync(id, CancellationToken.None));
        var missing = await Assert.ThrowsAsync<DurableRouterException>(() => engine.Runs.HistoryAsync(id, 0, CancellationToken.None));
        Assert.Equal(ErrorCodes.RunNotFound, missing.Code);
    }

    [Fact]
    public async Task List_IsNewestFirst_Filtered_AndPaged()
    {
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, input) =>
        {
            if (input.Number % 2 == 0)
            {
                await context.WaitForEventAsync("never", null);
            }

            return input;
        }), []);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await StartAsync(engine, new Note("go", i)));
            engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        foreach (var i in new[] { 1, 3 })
        {
            await engine.Runs.WaitAsync(ids[i], Soon, CancellationToken.None);
        }

        var query = new RunQuery([], null, null, null, null, 2, null);
        var first = await engine.Runs.ListAsync(query, CancellationToken.None);
        var second = await engine.Runs.ListAsync(query with { ContinuationToken = first.ContinuationToken }, CancellationToken.None);
        var third = await engine.Runs.ListAsync(query with { ContinuationToken = second.ContinuationToken }, CancellationToken.None);

        Assert.Equal([ids[4], ids[3], ids[2], ids[1], ids[0]], first.Runs.Concat(second.Runs).Concat(third.Runs).Select(r => r.RunId));
        Assert.Null(third.ContinuationToken);
        var done = await engine.Runs.ListAsync(query with { Statuses = [RuntimeStatus.Completed], Top = 10 }, CancellationToken.None);
        Assert.Equal([ids[3], ids[1]], done.Runs.Select(r => r.RunId));
        Assert.Empty((await engine.Runs.ListAsync(query with { Pipeline = "another" }, CancellationToken.None)).Runs);
        Assert.Equal(5, (await engine.Runs.ListAsync(query with { Tag = "team:a", Top = 10 }, CancellationToken.None)).Runs.Count);
        Assert.Empty((await engine.Runs.ListAsync(query with { Tag = "team:b", Top = 10 }, CancellationToken.None)).Runs);
    }

    [Fact]
    public async Task UnknownRun_IsNotFound()
    {
        await using var engine = await CreateAsync(Chain(1), []);

        Assert.Null(await engine.Runs.GetAsync("run-none", CancellationToken.None));
        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => engine.Runs.SuspendAsync("run-none", null, CancellationToken.None));
        Assert.Equal(ErrorCodes.RunNotFound, refused.Code);
    }

    [Fact]
    public async Task Status_IsWhatTheWorkflowSaidLast_AlsoAfterADeath()
    {
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, input) =>
        {
            context.SetStatus(new RunProgress("one", "0/1", "approval x", 0.5m, 2m));
            await context.WaitForEventAsync("finish", null);
            return input;
        }), []);
        var id = await StartAsync(engine, new Note("go"));

        await engine.KillAndRestartAsync();

        var waiting = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal(new RunProgress("one", "0/1", "approval x", 0.5m, 2m), waiting!.Progress);
    }

    protected static DelegateWorkflow Chain(int length) => new(async (context, input) =>
    {
        var note = input;
        for (var i = 0; i < length; i++)
        {
            note = await context.CallActivityAsync(Probe.Work, note with { Text = i.ToString() });
        }

        return note;
    });

    protected async Task<string> StartAsync(IEngineUnderTest engine, Note input) =>
        (await engine.Runs.StartAsync(Request(input, null), CancellationToken.None)).RunId;

    protected StartRun Request(Note input, IdempotencyClaim? idempotency) => new($"run-{Interlocked.Increment(ref runs):d4}", "conformance", input,
        new RunIndexEntry("conformance", new Dictionary<string, string> { ["team"] = "a" }, "tester"), [], idempotency);

    /// <summary>A status that tells the test how far the workflow's code has come.</summary>
    protected static RunProgress Reached(string where) => new(where, "0/0", null, 0, null);

    protected Task UntilReachedAsync(IEngineUnderTest engine, string runId, string where) =>
        UntilAsync(async () => (await engine.Runs.GetAsync(runId, CancellationToken.None))?.Progress?.Step == where);

    protected Task UntilInHistoryAsync(IEngineUnderTest engine, string runId, string kind) =>
        UntilAsync(async () => (await engine.Runs.HistoryAsync(runId, 0, CancellationToken.None)).Any(e => e.Kind == kind));

    protected Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <summary>Waits, in real time, for something that another thread does.</summary>
    protected async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!await condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
