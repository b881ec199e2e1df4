using Microsoft.Extensions.Hosting;

namespace DurableRouter.Functions.Activities;

/// <summary>Lets what is under way come to its end when the app is stopped.</summary>
/// <remarks>
/// The Functions host cancels its invocations when it begins to stop, and goes on to wait for them: that alone ends no call here. When it has done
/// waiting it asks the worker to stop (the message WorkerTerminate), and kills its process after 5 seconds (azure-functions-host,
/// WorkerConstants.WorkerTerminateGracePeriodInSeconds). Until then this service keeps the worker up. What is still under way near the end is
/// cancelled, so that it can release its lease and the next delivery needn't wait for its silence.
/// </remarks>
public sealed class CallsInFlight : IHostedService, IDisposable
{
    /// <summary>One of the five seconds is left for the leases.</summary>
    public static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(4);

    readonly CancellationTokenSource _end;
    readonly CancellationToken _ending;
    readonly Lock _lock = new();
    TaskCompletionSource? _idle;
    int _open;

    public CallsInFlight(TimeProvider clock)
    {
        _end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _ending = _end.Token;
    }

    /// <param name="work">Gets a token that is cancelled only when the process is about to end.</param>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        lock (_lock)
        {
            _open++;
        }

        try
        {
            return await work(_ending);
        }
        finally
        {
            lock (_lock)
            {
                if (--_open == 0)
                {
                    _idle?.TrySetResult();
                }
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Returns when nothing is under way.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task idle;
        lock (_lock)
        {
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _open == 0 ? Task.CompletedTask : _idle.Task;
        }

        if (!_ending.IsCancellationRequested)
        {
            _end.CancelAfter(EndWithin);
        }

        await idle.WaitAsync(cancellationToken);
    }

    /// <summary>Cancels what is under way at once.</summary>
    public void Dispose()
    {
        if (!_ending.IsCancellationRequested)
        {
            _end.Cancel();
        }

        _end.Dispose();
    }
}
