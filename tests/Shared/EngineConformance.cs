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
public abstract partial class EngineConformance
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
    public async Task WorkflowThatThrows_EndsFailedWithACode()
    {
        await using var engine = await CreateAsync(new DelegateWorkflow((_, _) => throw new InvalidOperationException("a bug")), []);
        var id = await StartAsync(engine, new Note("go"));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Failed, done!.Status);
        Assert.Equal(ErrorCodes.WorkflowFailed, done.Error!.Code);
        Assert.Contains("a bug", done.Error.Message);
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

    /// <summary>Waits for the end of a run that a dead process' call holds up: how long that takes is a matter of the clock.</summary>
    protected async Task<RunSnapshot> EndWhileTimePassesAsync(IEngineUnderTest engine, string runId)
    {
        await UntilAsync(async () =>
        {
            engine.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await engine.Runs.GetAsync(runId, CancellationToken.None))!.Status.IsTerminal();
        });
        return (await engine.Runs.GetAsync(runId, CancellationToken.None))!;
    }

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
