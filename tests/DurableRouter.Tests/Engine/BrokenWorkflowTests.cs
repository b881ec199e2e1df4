using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Engine;

/// <summary>Code that breaks where the engine calls it, outside a run's own failures: whoever waits for the run is told.</summary>
public sealed class BrokenWorkflowTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Start_OfARunThatBreaksInItsFirstTurn_IsAnswered()
    {
        await using var engine = await EmbeddedEngineHarness.StartAsync(new Unbookable((_, input) => Task.FromResult(input)), []);

        var told = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(engine).WaitAsync(Soon));

        Assert.Equal(Unbookable.Message, told.Message);
        Assert.Null(await engine.Runs.GetAsync("run-1", CancellationToken.None));
    }

    [Fact]
    public async Task Event_ThatArrivesWhileTheRunBreaks_IsAnswered()
    {
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new ManualResetEventSlim();
        await using var engine = await EmbeddedEngineHarness.StartAsync(new Unbookable(async (context, input) =>
        {
            await context.WaitForEventAsync("go on", null);
            working.TrySetResult();
            Assert.True(gate.Wait(Soon));
            return input;
        }), []);
        await StartAsync(engine);

        var first = engine.Runs.RaiseEventAsync("run-1", "go on", "e1", null, CancellationToken.None);
        await working.Task.WaitAsync(Soon);
        var second = engine.Runs.RaiseEventAsync("run-1", "go on", "e2", null, CancellationToken.None);
        gate.Set();

        foreach (var raised in (Task[])[first, second])
        {
            Assert.Equal(Unbookable.Message, (await Assert.ThrowsAsync<InvalidOperationException>(() => raised.WaitAsync(Soon))).Message);
        }

        Assert.Equal(RuntimeStatus.Running, (await engine.Runs.GetAsync("run-1", CancellationToken.None))!.Status);
    }

    static Task<StartedRun> StartAsync(EmbeddedEngineHarness engine) => engine.Runs.StartAsync(
        new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance", new Dictionary<string, string>(), null), [], null),
        CancellationToken.None);

    /// <summary>No ledger row can be made of its runs.</summary>
    sealed class Unbookable(Func<IWorkflowContext, Note, Task<Note>> code) : Workflow<Note, Note>
    {
        public const string Message = "a bug beside the run";

        public override string Name => "conformance";

        public override int CurrentVersion => 1;

        public override JsonTypeInfo InputType => ConformanceJson.Default.Note;

        public override JsonTypeInfo OutputType => ConformanceJson.Default.Note;

        public override Task<Note> RunAsync(IWorkflowContext context, Note input) => code(context, input);

        public override RunRow? Row(string runId, object input, object output) => throw new InvalidOperationException(Message);
    }
}
