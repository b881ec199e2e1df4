using System.Text.Json;

namespace DurableRouter.Tests.Shared;

/// <content>Time and events.</content>
public abstract partial class EngineConformance
{
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
            context.SetStatus(Reached("delay"));
            await context.DelayUntilAsync(context.CurrentTime + TimeSpan.FromMinutes(5));
            return new Note(received is null ? "timeout" : "event");
        }), []);
        var id = await StartAsync(engine, new Note("go"));
        await engine.Runs.RaiseEventAsync(id, "news", "e1", null, CancellationToken.None);
        await UntilReachedAsync(engine, id, "delay");

        engine.Clock.Advance(TimeSpan.FromMinutes(10));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal("event", done!.Output!.Value.GetProperty("text").GetString());
    }
}
