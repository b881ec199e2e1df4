using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Durable;

public sealed class DurableTaskContextTests
{
    [Fact]
    public async Task Event_AfterAWaitThatTimedOut_GoesToTheNextWait()
    {
        await using var engine = await StartAsync(async (context, _) =>
        {
            var first = await context.WaitForEventAsync("news", context.CurrentTime + TimeSpan.FromMinutes(1));
            context.SetStatus(new RunProgress("second", "0/0", null, 0, null));
            var second = await context.WaitForEventAsync("news", context.CurrentTime + TimeSpan.FromMinutes(60));
            return new Note($"{first?.Id ?? "none"} {second?.Id ?? "none"}");
        });

        engine.Clock.Advance(TimeSpan.FromMinutes(2)); // the timer's turn is over when this returns
        await engine.Runs.RaiseEventAsync("run-1", "news", "e1", null, CancellationToken.None);

        Assert.Equal("none e1", await TextAsync(engine));
    }

    [Fact]
    public async Task TwoWaitsOfOneName_GetTheirEventsInOrder()
    {
        await using var engine = await StartAsync(async (context, _) =>
        {
            var both = await Task.WhenAll(context.WaitForEventAsync("news", null), context.WaitForEventAsync("news", null));
            return new Note($"{both[0]!.Id} {both[1]!.Id}");
        });

        await engine.Runs.RaiseEventAsync("run-1", "news", "e1", null, CancellationToken.None);
        await engine.Runs.RaiseEventAsync("run-1", "news", "e1", null, CancellationToken.None);
        await engine.Runs.RaiseEventAsync("run-1", "news", "e2", null, CancellationToken.None);

        Assert.Equal("e1 e2", await TextAsync(engine));
    }

    [Theory]
    [InlineData("""{"price":5}""")]
    [InlineData("5")]
    [InlineData(null)]
    public async Task EventRaisedInTheTaskHubItself_IsItsOwnPayload(string? json)
    {
        await using var engine = await StartAsync(async (context, _) =>
            new Note((await context.WaitForEventAsync("news", null))!.Payload?.GetRawText() ?? "none"));

        await engine.Hub.RaiseEventAsync("run-1", "news", json is null ? null : JsonElement.Parse(json));

        Assert.Equal(json ?? "none", await TextAsync(engine));
    }

    [Fact]
    public async Task TimerThatLost_IsCancelled()
    {
        await using var engine = await StartAsync(async (context, _) =>
        {
            await context.WaitForEventAsync("news", context.CurrentTime + TimeSpan.FromDays(30));
            await context.WaitForEventAsync("end", null);
            return new Note(context.CurrentTime.ToString("O"));
        });
        await engine.Runs.RaiseEventAsync("run-1", "news", "e1", null, CancellationToken.None);
        engine.Clock.Advance(TimeSpan.FromDays(31));
        await engine.Runs.RaiseEventAsync("run-1", "end", "e2", null, CancellationToken.None);

        Assert.StartsWith("2026-02-15", await TextAsync(engine));
    }

    [Fact]
    public async Task RunsOfTheFirstVersion_SayOne_AndSoDoOrchestrationsWithoutAVersion()
    {
        await using var engine = await StartAsync((context, _) => Task.FromResult(new Note($"{context.WorkflowVersion}")));

        Assert.Equal("1", await TextAsync(engine));
        Assert.Equal("1.0", engine.Instance("run-1").Version);
        Assert.Equal([1, 1, 12], new[] { null, "", "12.0" }.Select(OrchestrationVersion.Parse));
    }

    static async Task<FunctionsEngine> StartAsync(Func<IWorkflowContext, Note, Task<Note>> code)
    {
        var engine = new FunctionsEngine(new DelegateWorkflow(code), _ => new Probe().Activities);
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), CancellationToken.None);
        return engine;
    }

    static async Task<string?> TextAsync(FunctionsEngine engine)
    {
        var run = await engine.Runs.WaitAsync("run-1", TimeSpan.FromSeconds(90), CancellationToken.None);
        return run!.Output?.GetProperty("text").GetString();
    }
}
