using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Engine;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Engine;

/// <summary>Every open run has something that will wake it: a timer, an activity, an event that somebody can send. Else there is an alarm,
/// and the run stands suspended with what to do.</summary>
public sealed class StuckRunTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task CodeThatWaitsForNothingRecorded_IsSuspended_AndRepairedCodeTakesTheResultUp()
    {
        var probe = new Probe();
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (context, input) =>
        {
            await context.CallActivityAsync(Probe.Work, new Note("one"));
            await new TaskCompletionSource().Task;
            return input;
        }), probe.Activities);
        await StartAsync(engine);

        await AssertStrandedAsync(engine);
        Assert.Contains("Run run-1 is open and nothing would have woken it", engine.Log.Text);

        await engine.KillAndRestartAsync(new DelegateWorkflow(async (context, _) =>
        {
            await context.CallActivityAsync(Probe.Work, new Note("one"));
            return await context.CallActivityAsync(Probe.Work, new Note("two"));
        }));
        await AssertResumesAsync(engine);
        Assert.Equal(["one", "two"], probe.Worked);
    }

    [Fact]
    public async Task CodeThatStrandsAtOnce_IsSuspended_AndRepairedCodeStartsIt()
    {
        var probe = new Probe();
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (_, input) =>
        {
            await new TaskCompletionSource().Task;
            return input;
        }), probe.Activities);
        await StartAsync(engine);

        await AssertStrandedAsync(engine);
        await engine.Runs.ResumeAsync("run-1", "the same code again", CancellationToken.None);
        await AssertStrandedAsync(engine);

        await engine.KillAndRestartAsync(new DelegateWorkflow((context, input) => context.CallActivityAsync(Probe.Work, input)));
        await AssertResumesAsync(engine);
        Assert.Equal(["go"], probe.Worked);
    }

    [Fact]
    public async Task CodeThatStrandsAfterAnEvent_KeepsTheEvent()
    {
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (context, input) =>
        {
            await context.WaitForEventAsync("go on", null);
            await new TaskCompletionSource().Task;
            return input;
        }), []);
        await StartAsync(engine);
        await engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, CancellationToken.None);

        await AssertStrandedAsync(engine);

        await engine.KillAndRestartAsync(new DelegateWorkflow(async (context, _) =>
            new Note((await context.WaitForEventAsync("go on", null))!.Id)));
        Assert.Equal("e1", (await AssertResumesAsync(engine)).Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task CodeThatGoesOnOnAnotherThread_AsksForNothing_AndIsSuspended()
    {
        var probe = new Probe();
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (context, input) =>
        {
            await Task.Delay(1).ConfigureAwait(false);
            return await context.CallActivityAsync(Probe.Work, input);
        }), probe.Activities);
        await StartAsync(engine);

        await AssertStrandedAsync(engine);
        Assert.Empty(probe.Worked);
    }

    [Fact]
    public async Task RunsThatWaitForSomebody_AreLeftAlone_AlsoAtTheNextStart()
    {
        await using var engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow(async (context, input) =>
        {
            await context.WaitForEventAsync("go on", null);
            await context.DelayUntilAsync(context.CurrentTime + TimeSpan.FromDays(1));
            return input;
        }), []);
        await StartAsync(engine);
        await engine.Runs.SuspendAsync("run-1", "a pause", CancellationToken.None);
        await engine.Runs.ResumeAsync("run-1", null, CancellationToken.None);
        await engine.KillAndRestartAsync();
        await UntilAsync(() => engine.Engine.Health().BusyRuns == 0);
        Assert.Equal(RuntimeStatus.Running, (await engine.Runs.GetAsync("run-1", CancellationToken.None))!.Status);

        await engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, CancellationToken.None);
        await engine.KillAndRestartAsync();
        engine.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(RuntimeStatus.Completed, (await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None))!.Status);
        Assert.DoesNotContain("nothing would have woken it", engine.Log.Text);
    }

    [Fact]
    public async Task OpenRunWithoutWorkOrTimer_IsLookedAtAtTheStart()
    {
        var waiting = new DelegateWorkflow(async (context, input) =>
        {
            await context.WaitForEventAsync("go on", null);
            return input;
        });
        await using var engine = await EmbeddedEngineHarness.StartAsync(waiting, []);
        await StartAsync(engine);
        await UntilAsync(() => engine.Engine.Health().BusyRuns == 0);

        await engine.KillAndRestartAsync(new DelegateWorkflow(async (_, input) => { await new TaskCompletionSource().Task; return input; }));

        var stopped = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);
        Assert.Equal((RuntimeStatus.Suspended, ErrorCodes.NonDeterminism), (stopped!.Status, stopped.Error!.Code));
    }

    [Fact]
    public async Task RunThatTheEngineLost_IsTakenUpAgain_WithAnAlarm()
    {
        var unlucky = new UnluckyActivity { Failures = 1 };
        await using var engine = await EmbeddedEngineHarness.StartAsync(
            new DelegateWorkflow((context, input) => context.CallActivityAsync(Probe.Work, input)), [unlucky]);
        await StartAsync(engine);

        var status = await AdvanceUntilRestsAsync(engine);

        Assert.Equal(RuntimeStatus.Completed, status);
        Assert.Contains("Run run-1 is open and nothing would have woken it", engine.Log.Text);
    }

    [Fact]
    public async Task RunThatTheEngineLosesAgainAndAgain_IsQuarantined_UntilAPersonResumesIt()
    {
        var unlucky = new UnluckyActivity { Failures = int.MaxValue };
        await using var engine = await EmbeddedEngineHarness.StartAsync(
            new DelegateWorkflow((context, input) => context.CallActivityAsync(Probe.Work, input)), [unlucky]);
        await StartAsync(engine);

        Assert.Equal(RuntimeStatus.Suspended, await AdvanceUntilRestsAsync(engine));
        var stopped = await engine.Runs.GetAsync("run-1", CancellationToken.None);
        Assert.Equal(ErrorCodes.Quarantined, stopped!.Error!.Code);
        Assert.Equal(new EngineOptions().QuarantineAfter, unlucky.Failed);

        unlucky.Failures = 0;
        await AssertResumesAsync(engine);
    }

    static async Task<RuntimeStatus> AdvanceUntilRestsAsync(EmbeddedEngineHarness engine)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (true)
        {
            engine.Clock.Advance(TimeSpan.FromSeconds(5));
            if ((await engine.Runs.GetAsync("run-1", limit.Token))!.Status is not RuntimeStatus.Running and var status)
            {
                return status;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    static async Task AssertStrandedAsync(EmbeddedEngineHarness engine)
    {
        var stopped = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);
        Assert.Equal(RuntimeStatus.Suspended, stopped!.Status);
        Assert.Equal(ErrorCodes.NonDeterminism, stopped.Error!.Code);
        Assert.Contains("a task that its context did not give", stopped.Error.Message);
        Assert.Contains("then resume the run", stopped.Error.Message);
        Assert.Contains("Run run-1 is suspended (nondeterminism): The workflow's code", engine.Log.Text);
    }

    static async Task<RunSnapshot> AssertResumesAsync(EmbeddedEngineHarness engine)
    {
        await engine.Runs.ResumeAsync("run-1", "repaired", CancellationToken.None);
        var done = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);
        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.Null(done.Error);
        return done;
    }

    static Task<StartedRun> StartAsync(EmbeddedEngineHarness engine) => engine.Runs.StartAsync(
        new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance", new Dictionary<string, string>(), null), [], null),
        CancellationToken.None).WaitAsync(Soon);

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Throws where the engine expects no exception: a bug of the engine, as a run sees it.</summary>
    sealed class UnluckyActivity() : Activity<Note, Note>(Probe.Work)
    {
        public int Failures { get; set; }

        public int Failed { get; private set; }

        public override string? ConcurrencyKey(object input) =>
            Failures-- > 0 ? throw new InvalidOperationException($"failure {++Failed}") : null;

        public override Task<Note> RunAsync(IActivityScope scope, Note input, CancellationToken cancellationToken) => Task.FromResult(input);
    }
}
