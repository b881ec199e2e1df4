using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>Lets the clock of a test go on, second by second.</summary>
static class PassingTime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>Until the task is done.</summary>
    /// <param name="alive">Processes whose beats reach the store before more time passes.</param>
    public static async Task<T> WhileAsync<T>(this VirtualClock clock, Task<T> task, params AppInstance[] alive)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "it takes too long");
            await StepAsync(clock, alive);
        }

        return await task;
    }

    public static async Task PassAsync(this VirtualClock clock, TimeSpan time, params AppInstance[] alive)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            await StepAsync(clock, alive);
        }
    }

    /// <summary>Waits, in real time, for what other threads do.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    static async Task StepAsync(VirtualClock clock, AppInstance[] alive)
    {
        clock.Advance(Step);
        await Task.WhenAll(alive.Select(a => a.Leases.Round));
        await Task.Delay(2); // those who wait on the clock take their turn
    }
}
