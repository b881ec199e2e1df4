using DurableRouter.Core.Durability;
using DurableRouter.Core.Reports;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Tests.Shared;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Tests.Durable;

/// <summary>Worker processes that die with calls in flight while the Functions host lives on.</summary>
public sealed class LostCallTests
{
    [Fact]
    public async Task CallWhoseProcessDied_IsMadeAgain_AfterAPause()
    {
        await using var app = new RouterApp(new TestPipeline());
        var deaths = 0;
        app.Engine.Functions.Dies = activity => activity == "Extract" && ++deaths == 1;
        await app.StartAsync();
        await UntilAsync(() => deaths == 1 && Timers(app).Count == 1);
        Assert.Equal(RuntimeStatus.Running, (await app.NowAsync()).Status);

        app.Engine.Clock.Advance(TimeSpan.FromSeconds(5));

        var run = await app.RestAsync();
        Assert.Equal("completed", run.Output!.Value.GetProperty("outcome").GetString());
        Assert.Equal(["classify", "extract", "reason", "verify"],
            (await app.Engine.Ledger.AttemptsAsync("run-01", CancellationToken.None)).Select(r => r.Step));
        Assert.Single(app.Pipeline.Models.Of("extract"));
    }

    [Fact]
    public async Task CallThatKillsEveryProcess_WaitsForAPerson_WhoIsTold_AndGoesOn()
    {
        await using var app = new RouterApp(new TestPipeline());
        var (deaths, healthy) = (0, false);
        app.Engine.Functions.Dies = activity => activity == "Reason" && !healthy && ++deaths > 0;
        await app.StartAsync();
        for (var death = 1; death < LostCalls.Most; death++)
        {
            await UntilAsync(() => deaths == death && Timers(app).Count == death);
            app.Engine.Clock.Advance(TimeSpan.FromHours(1));
        }

        var waiting = await app.RestAsync();

        Assert.Equal("resume", waiting.Progress!.WaitingFor);
        Assert.Equal(LostCalls.Most, deaths);
        var told = RunEvents.Of(await app.Engine.Runs.HistoryAsync("run-01", 0, CancellationToken.None)).Single(e => e.Type == RunEventTypes.RunAttention);
        Assert.Equal("Reason", told.Data.Activity);

        healthy = true;
        await app.Engine.Runs.ResumeAsync("run-01", null, CancellationToken.None);
        await UntilAsync(() => app.NowAsync().Result.Status == RuntimeStatus.Completed);
    }

    [Fact]
    public async Task RunOfAnEarlierVersion_WaitsForAPersonAtOnce_AsItsHistorySays()
    {
        var probe = new Probe();
        await using var engine = new FunctionsEngine(new DelegateWorkflow(async (context, note) =>
        {
            try
            {
                return await context.CallActivityAsync(Probe.Work, note);
            }
            catch (ActivityFailedException e)
            {
                return new Note(e.Message);
            }
        }, version: LostCalls.SinceWorkflowVersion - 1), _ => probe.Activities);
        engine.Functions.Dies = _ => true;
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), CancellationToken.None);
        await UntilAsync(() => engine.Instance("run-1").History.Exists(e => e.Kind == HubEventKind.TaskFailed));

        Assert.DoesNotContain(engine.Instance("run-1").History, e => e.Kind == HubEventKind.TimerCreated && e.Id == 1);
    }

    [Theory]
    [InlineData("Microsoft.Azure.WebJobs.Script.Workers.WorkerProcessExitException", "dotnet exited with code 134 (0x86)", true)]
    [InlineData("Microsoft.Azure.WebJobs.Host.FunctionTimeoutException", "Timeout value of 00:10:00 was exceeded by function: Functions.Reason", true)]
    [InlineData("System.InvalidOperationException", "Did not find any initialized language workers", true)]
    [InlineData("System.Threading.Tasks.TaskCanceledException", "A task was canceled.", true)]
    [InlineData("System.InvalidOperationException", "Sequence contains no elements", false)]
    [InlineData("DurableRouter.Core.Errors.DurableRouterException", "storage_busy", false)]
    public void Failure_IsTheProcesss_OrTheActivitysOwn(string type, string message, bool lost)
    {
        var inner = new TaskFailureDetails(type, message, null, null, null);

        Assert.Equal(lost, LostCalls.Contain(inner));
        Assert.Equal(lost, LostCalls.Contain(new("Microsoft.Azure.WebJobs.Host.FunctionInvocationException", "Exception while executing function", null, inner, null)));
    }

    [Fact]
    public void CallsThatDiedTogether_ComeBackApart_AndTheSameOnEveryReplay()
    {
        var first = Enumerable.Range(0, 50).Select(run => LostCalls.Pause($"run-{run}", 3, 1));
        var third = Enumerable.Range(0, 50).Select(run => LostCalls.Pause($"run-{run}", 3, 3)).ToList();

        Assert.Equal(TimeSpan.FromSeconds(5), Assert.Single(first.Distinct()));
        Assert.Equal(50, third.Distinct().Count());
        Assert.All(third, pause => Assert.InRange(pause, TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(90)));
        Assert.Equal(third, Enumerable.Range(0, 50).Select(run => LostCalls.Pause($"run-{run}", 3, 3)));
    }

    static List<HubEvent> Timers(RouterApp app) => app.Engine.Instance("run-01") is { } instance ? Locked(instance) : [];

    static List<HubEvent> Locked(HubInstance instance)
    {
        lock (instance)
        {
            return [.. instance.History.Where(e => e.Kind == HubEventKind.TimerCreated)];
        }
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
