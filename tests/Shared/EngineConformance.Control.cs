using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Tests.Shared;

/// <content>What callers do with runs: suspend, terminate, purge, list, look.</content>
public abstract partial class EngineConformance
{
    [Fact]
    public async Task Suspension_HoldsResultsBack_AndLosesNone()
    {
        var probe = new Probe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        probe.OnWork = async (note, ct) => { await gate.Task.WaitAsync(ct); return note with { Number = 1 }; };
        await using var engine = await CreateAsync(Chain(1), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilAsync(() => probe.Worked.Count == 1); // else the suspension may come before the code has asked for it
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
}
