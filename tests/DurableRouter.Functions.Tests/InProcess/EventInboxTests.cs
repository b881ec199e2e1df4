using DurableRouter.Core.Durability;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.InProcess;

/// <summary>What the workflow gets of its events, on Durable Task's own engine.</summary>
public sealed class EventInboxTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task TwoWaitsOfOneName_GetTheirEventsInOrder_AndARepeatedOneOnce()
    {
        await using var engine = await StartAsync(async (context, _) =>
        {
            var both = await Task.WhenAll(context.WaitForEventAsync("news", null), context.WaitForEventAsync("news", null));
            return new Note($"{both[0]!.Id} {both[1]!.Id}");
        });

        foreach (var id in (string[])["e1", "e1", "e2"])
        {
            await engine.Runs.RaiseEventAsync("run-1", "news", id, null, CancellationToken.None);
        }

        Assert.Equal("e1 e2", await TextAsync(engine));
    }

    [Fact]
    public async Task Event_AfterAWaitThatTimedOut_GoesToTheNextWait()
    {
        await using var engine = await StartAsync(async (context, _) =>
        {
            var wait = context.WaitForEventAsync("news", context.CurrentTime + TimeSpan.FromMinutes(1));
            context.SetStatus(At("first"));
            var first = await wait;
            context.SetStatus(At("between"));
            await context.WaitForEventAsync("go", null);
            var second = await context.WaitForEventAsync("news", null);
            return new Note($"{first?.Id ?? "none"} {second!.Id}");
        });
        await UntilAsync(engine, "first");
        engine.Clock.Advance(TimeSpan.FromMinutes(2));
        await UntilAsync(engine, "between");

        await engine.Runs.RaiseEventAsync("run-1", "news", "e1", null, CancellationToken.None);
        await engine.Runs.RaiseEventAsync("run-1", "go", "e2", null, CancellationToken.None);

        Assert.Equal("none e1", await TextAsync(engine));
    }

    static RunProgress At(string step) => new(step, "0/0", null, 0, null);

    static Task UntilAsync(InProcessEngine engine, string step) =>
        Eventually.HoldsAsync(async () => (await engine.Runs.GetAsync("run-1", CancellationToken.None))?.Progress?.Step == step, $"the run is at {step}");

    static async Task<InProcessEngine> StartAsync(Func<IWorkflowContext, Note, Task<Note>> code)
    {
        var engine = await InProcessEngine.StartAsync(new DelegateWorkflow(code), new Probe().Activities);
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), CancellationToken.None);
        return engine;
    }

    static async Task<string?> TextAsync(InProcessEngine engine) =>
        (await engine.Runs.WaitAsync("run-1", Patience, CancellationToken.None))!.Output?.GetProperty("text").GetString();
}
