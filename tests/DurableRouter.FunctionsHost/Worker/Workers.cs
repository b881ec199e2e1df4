using Microsoft.Azure.WebJobs.Host;
using DurableRouter.FunctionsHost.Worker.Rpc;

namespace DurableRouter.FunctionsHost.Worker;

/// <summary>The app's worker process, and the next one when it dies.</summary>
sealed class Workers(AppFolder app, ILoggerFactory logs)
{
    // azure-functions-host, WorkerProcessCountOptions.cs
    static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    // The worker's own HTTP server looks for a free port a while before it takes it, and others look at the same time.
    const int MostCollisions = 5;
    const string Collision = "address already in use";

    readonly TaskCompletionSource _broken = new();
    readonly Lock _gate = new();
    Uri? _server;
    WorkerChannel _current = null!;
    Task _watch = Task.CompletedTask;
    int _collisions;
    bool _stopping;

    public WorkerChannel Current => Volatile.Read(ref _current);

    /// <summary>Fails when a worker died before it was ready.</summary>
    public Task Broken => _broken.Task;

    /// <summary>How many workers were started again.</summary>
    public int Restarts { get; private set; }

    /// <param name="server">Where the worker finds this host's gRPC service.</param>
    public async Task<IReadOnlyList<FunctionDescription>> StartAsync(Uri server)
    {
        _server = server;
        StartNext();
        return (await ReadyAsync(CancellationToken.None)).Functions;
    }

    /// <summary>Calls a function in the worker, or in the next one while that starts.</summary>
    public async Task<object?> InvokeAsync(
        string function, string invocation, IEnumerable<ParameterBinding> inputs, CancellationToken cancellationToken)
    {
        var worker = await ReadyAsync(cancellationToken);
        return await worker.InvokeAsync(function, invocation, inputs, cancellationToken);
    }

    public async Task<WorkerChannel> ReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (worker, watch) = Watched();
            try
            {
                await worker.Ready.WaitAsync(cancellationToken);
                return worker;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                await watch; // it died before it was ready: now there is a next one, or none
                if (worker == Current)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>What the real host does when a function exceeds its time: the worker goes, with everything else that it is doing.</summary>
    public void OnTimeout(string invocation, string function)
    {
        var worker = Current;
        if (!worker.IsRunning(invocation))
        {
            return; // it was that of a worker that is gone already
        }

        StartNext();
        worker.Fail(new FunctionTimeoutAbortException($"{function} timed out! Worker channel closing"));
        worker.Kill();
    }

    /// <summary>Ends the worker as the real host does when it stops.</summary>
    public async Task StopAsync()
    {
        lock (_gate)
        {
            _stopping = true;
        }

        await Current.DrainAsync(DrainLimit);
        await Current.TerminateAsync();
    }

    (WorkerChannel Worker, Task Watch) Watched()
    {
        lock (_gate)
        {
            return (_current, _watch);
        }
    }

    void StartNext()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            Restarts += _current is null ? 0 : 1;
            var next = new WorkerChannel(app, logs);
            Volatile.Write(ref _current, next);
            next.Start(_server!);
            _watch = WatchAsync(next);
        }
    }

    async Task WatchAsync(WorkerChannel worker)
    {
        // Exit code 0 is what the real host takes for an end by intention: it starts no other worker and fails nothing.
        if (await worker.Ended is not { } failure)
        {
            return;
        }

        if (!worker.Ready.IsCompletedSuccessfully && worker.HasSaid(Collision) && ++_collisions <= MostCollisions)
        {
            StartNext();
            Restarts--; // nobody's death
        }
        else if (!worker.Ready.IsCompletedSuccessfully)
        {
            _broken.TrySetException(failure); // the next one would die of the same
        }
        else if (worker == Current)
        {
            StartNext();
        }

        worker.Fail(failure);
    }
}
