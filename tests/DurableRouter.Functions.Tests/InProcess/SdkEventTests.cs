using System.Text.Json;
using DurableRouter.Tests.Shared;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.InProcess;

/// <summary>What Durable Task itself does with external events: why <c>EventInbox</c> does something, or need not.</summary>
public sealed class SdkEventTests
{
    const string Orchestration = "test";

    [Fact]
    public async Task TwoWaiters_TheNewestGetsTheFirstEvent() => Assert.Equal("e2 e1", await RunAsync(async context =>
    {
        var first = context.WaitForExternalEvent<string>("news");
        var second = context.WaitForExternalEvent<string>("news");
        return $"{await first} {await second}";
    }, ("news", "e1"), ("news", "e2")));

    [Fact]
    public async Task Event_WhenItsOnlyWaiterWasCancelled_IsKeptForTheNext() => Assert.Equal("e1", await RunAsync(async context =>
    {
        using var gone = new CancellationTokenSource();
        _ = context.WaitForExternalEvent<string>("news", gone.Token);
        gone.Cancel();
        await context.WaitForExternalEvent<string>("go");
        return await NewsOrEndAsync(context);
    }, ("news", "e1"), ("go", ""), ("end", "")));

    [Fact]
    public async Task Event_WhenItCameTwice_IsGivenTwice() => Assert.Equal("e1 e1", await RunAsync(async context =>
        $"{await context.WaitForExternalEvent<string>("news")} {await context.WaitForExternalEvent<string>("news")}", ("news", "e1"), ("news", "e1")));

    [Fact]
    public async Task Event_BeforeAnybodyWaits_IsKept() => Assert.Equal("e1", await RunAsync(async context =>
    {
        await context.WaitForExternalEvent<string>("go");
        return await NewsOrEndAsync(context);
    }, ("news", "e1"), ("go", ""), ("end", "")));

    static async Task<string> NewsOrEndAsync(TaskOrchestrationContext context)
    {
        var news = context.WaitForExternalEvent<string>("news");
        return await Task.WhenAny(news, context.WaitForExternalEvent<string>("end")) == news ? await news : "nothing";
    }

    /// <returns>What the orchestration returned when it had got the events.</returns>
    static async Task<string> RunAsync(Func<TaskOrchestrationContext, Task<string>> code, params (string Name, string Payload)[] events)
    {
        await using var hub = await InProcessHub.StartAsync(
            tasks => tasks.AddOrchestratorFunc<JsonElement?, string>(Orchestration, (context, _) => code(context)), new VirtualClock());
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync(Orchestration);
        foreach (var (name, payload) in events)
        {
            await hub.Client.RaiseEventAsync(id, name, payload);
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var done = await hub.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, limit.Token);
        Assert.True(done.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{done.FailureDetails}");
        return done.ReadOutputAs<string>()!;
    }
}
