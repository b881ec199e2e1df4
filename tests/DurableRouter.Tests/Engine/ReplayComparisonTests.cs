using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Engine;

/// <summary>What counts as another command than the one in the history: another piece of work, another time. How a piece of work is asked for
/// may change with the program.</summary>
public sealed class ReplayComparisonTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public Task SameActivities_InAnotherOrder_Diverge() => AssertDivergesAsync(
        context => Task.WhenAll(context.CallActivityAsync(Probe.Work, new Note("left")), context.CallActivityAsync(Probe.Work, new Note("right"))),
        context => Task.WhenAll(context.CallActivityAsync(Probe.Work, new Note("right")), context.CallActivityAsync(Probe.Work, new Note("left"))),
        "the code did activity.scheduled Work right, the history has activity.scheduled Work left");

    [Fact]
    public Task AnotherPieceOfWork_InALargeInput_Diverges() => AssertDivergesAsync(
        context => context.CallActivityAsync(Probe.Work, new Note("before" + new string('x', 50_000))),
        context => context.CallActivityAsync(Probe.Work, new Note("after")),
        "the code did activity.scheduled Work after, the history has activity.scheduled Work beforexxx");

    [Fact]
    public Task AnotherTimer_Diverges() => AssertDivergesAsync(
        context => context.DelayUntilAsync(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        context => context.DelayUntilAsync(new DateTimeOffset(2032, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        "the code did timer.started until 2032-01-01T00:00:00.0000000+00:00, the history has timer.started until 2031-01-01T00:00:00.0000000+00:00");

    [Fact]
    public Task AnotherDeadline_Diverges() => AssertDivergesAsync(
        context => context.WaitForEventAsync("answer", new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        context => context.WaitForEventAsync("answer", null),
        "the code did event.waited answer without a deadline, the history has event.waited answer until 2031-01-01T00:00:00.0000000+00:00");

    [Fact]
    public async Task SamePieceOfWork_AskedForInAnotherWay_Follows()
    {
        var probe = new Probe();
        await using var engine = await EmbeddedEngineHarness.StartAsync(Then(c => c.CallActivityAsync(Probe.Work, new Note("one", 1))), probe.Activities);
        await StartAsync(engine);
        await engine.Runs.WaitForHistoryAsync("run-1", after: 3, Soon, CancellationToken.None);

        await engine.KillAndRestartAsync(Then(c => c.CallActivityAsync(Probe.Work, new Note("one", 2))));
        await engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Completed, (await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None))!.Status);
        Assert.Equal(["one"], probe.Worked);
    }

    static async Task AssertDivergesAsync(Func<IWorkflowContext, Task> before, Func<IWorkflowContext, Task> after, string told)
    {
        var probe = new Probe();
        await using var engine = await EmbeddedEngineHarness.StartAsync(Then(before), probe.Activities);
        await StartAsync(engine);

        await engine.KillAndRestartAsync(Then(after));
        await engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, CancellationToken.None);

        var stopped = await engine.Runs.WaitAsync("run-1", Soon, CancellationToken.None);
        Assert.Equal((RuntimeStatus.Suspended, ErrorCodes.NonDeterminism), (stopped!.Status, stopped.Error?.Code));
        Assert.Contains(told, stopped.Error!.Message);
    }

    /// <summary>What <paramref name="code"/> asks for, and beside it a wait that keeps the run open.</summary>
    static DelegateWorkflow Then(Func<IWorkflowContext, Task> code) => new(async (context, input) =>
    {
        _ = code(context);
        await context.WaitForEventAsync("go on", null);
        return input;
    });

    static Task StartAsync(EmbeddedEngineHarness engine) => engine.Runs.StartAsync(
        new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance", new Dictionary<string, string>(), null), [], null),
        CancellationToken.None);
}
