using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Host;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DurableRouter.Functions.Tests.Activities;

/// <summary>The platform cancels invocations and asks the worker to stop before it ends its process.</summary>
public sealed class GracefulStopTests
{
    [Fact]
    public async Task CancelledInvocation_DoesNotEndItsCall()
    {
        await using var test = await OneCall.StartAsync();
        using var stopping = new CancellationTokenSource();
        var (first, gate) = await test.CallingAsync(test.Engine.Process, stopping.Token);

        await stopping.CancelAsync();
        gate.SetResult();
        await first;

        Assert.Equal(AttemptOutcome.Ok, Assert.Single(await test.RowsAsync()).Outcome);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.DeliverAsync(stopping.Token));
    }

    [Fact]
    public async Task CancelledInvocation_ThatWaitsForAnOwner_EndsAtOnce_AndBooksNothing()
    {
        await using var test = await OneCall.StartAsync();
        using var owner = test.Engine.StartProcess();
        await test.CallingAsync(owner);
        using var stopping = new CancellationTokenSource();
        var second = test.DeliverAsync(stopping.Token);
        await test.Clock.PassAsync(TimeSpan.FromSeconds(20), owner);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Empty(await test.RowsAsync());
    }

    [Fact]
    public async Task GracefulStop_WaitsForTheCallsThatAreOut()
    {
        await using var test = await OneCall.StartAsync();
        using var owner = test.Engine.StartProcess();
        var (first, gate) = await test.CallingAsync(owner);

        var stop = owner.Calls.StopAsync(CancellationToken.None);
        await test.Clock.PassAsync(CallsInFlight.EndWithin - TimeSpan.FromSeconds(1), owner);
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        await stop;

        Assert.Equal(await first, await test.DeliverAsync());
        Assert.Single(test.Probe.Called);
        Assert.Equal(AttemptOutcome.Ok, Assert.Single(await test.RowsAsync()).Outcome);
    }

    [Fact]
    public async Task GracefulStop_CallThatTakesTooLong_ReleasesItsLease_SoThatTheNextDeliveryDoesNotWait()
    {
        await using var test = await OneCall.StartAsync();
        using var owner = test.Engine.StartProcess();
        var (first, _) = await test.CallingAsync(owner);

        var stop = owner.Calls.StopAsync(CancellationToken.None);
        await test.Clock.PassAsync(CallsInFlight.EndWithin, owner);
        await stop;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var stopped = test.Clock.GetUtcNow();
        await test.DeliverAsync().WaitAsync(TimeSpan.FromMinutes(1)); // by the clock of the test no time passes

        Assert.Equal(stopped, test.Clock.GetUtcNow());
        Assert.Single(test.Probe.Called);
        Assert.Equal(AttemptOutcome.OutcomeUnknown, Assert.Single(await test.RowsAsync()).Outcome);
    }

    [Fact]
    public async Task App_StopsThroughTheCallsThatAreOut()
    {
        await using var host = await (await Installation.CreateAsync()).StartAsync();
        var services = host.Process.Services;

        Assert.Contains(services.GetRequiredService<CallsInFlight>(), services.GetServices<IHostedService>());
    }
}
