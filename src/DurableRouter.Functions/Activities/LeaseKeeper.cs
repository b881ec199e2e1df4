using DurableRouter.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Functions.Activities;

/// <summary>The leases of the calls that this process has out, and the one loop that renews them.</summary>
/// <remarks>A lease is renewed for the first time when its call has been out for a whole beat, so a short call costs no request. A look every second
/// finds what is due; leases of one run that are due together are renewed in one request.</remarks>
public sealed partial class LeaseKeeper(IAttemptLeases leases, TimeProvider clock, ILogger<LeaseKeeper> logger) : IDisposable
{
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // The table service takes at most 100 changes in one transaction.
    const int MostAtOnce = 100;
    const int RunsAtOnce = 16;
    readonly Lock _lock = new();
    readonly HashSet<Held> _held = [];
    ITimer? _timer;
    bool _disposed;

    /// <summary>The round of beats that is under way, or the last one.</summary>
    internal Task Round { get; private set; } = Task.CompletedTask;

    /// <summary>Renews the lease until it is dropped or released.</summary>
    internal Held Hold(AttemptLease lease)
    {
        var held = new Held(lease, clock.GetTimestamp());
        lock (_lock)
        {
            _held.Add(held);
            if (_held.Count == 1 && !_disposed)
            {
                // No timer runs while no call is out.
                _timer ??= clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(LookEvery, LookEvery);
            }
        }

        return held;
    }

    /// <summary>Lets the lease be: the attempt's result stands, so nobody looks at its owner any more.</summary>
    internal void Drop(Held held)
    {
        lock (_lock)
        {
            if (_held.Remove(held) && _held.Count == 0)
            {
                _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Tells other deliveries that this owner does nothing more, so that they needn't wait for its silence.</summary>
    internal async Task ReleaseAsync(Held held, CancellationToken cancellationToken)
    {
        Drop(held);
        await Round.WaitAsync(cancellationToken); // a beat that is on its way changes the row's tag
        if (!_disposed)
        {
            await leases.TryEndAsync(held.Lease, LeaseState.Released, cancellationToken);
        }
    }

    /// <summary>Stops all beats at once and releases nothing: to others it is as if the process had died.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _held.Clear();
            _timer?.Dispose();
        }
    }

    void Look()
    {
        lock (_lock)
        {
            if (Round.IsCompleted && _held.Where(h => clock.GetElapsedTime(h.BeatAt) >= h.Lease.BeatEvery).ToList() is { Count: > 0 } due)
            {
                Round = BeatAsync(due);
            }
        }
    }

    async Task BeatAsync(List<Held> due)
    {
        await Task.Yield(); // out of the lock
        await Parallel.ForEachAsync(due.GroupBy(h => h.Lease.RunId).SelectMany(run => run.Chunk(MostAtOnce)),
            new ParallelOptions { MaxDegreeOfParallelism = RunsAtOnce },
            async (together, cancellationToken) => await (_disposed ? Task.CompletedTask : BeatAsync(together, cancellationToken)));
    }

    async Task BeatAsync(Held[] together, CancellationToken cancellationToken)
    {
        try
        {
            var began = clock.GetTimestamp();
            var beaten = await leases.BeatAsync([.. together.Select(h => h.Lease)], clock.GetUtcNow(), cancellationToken);
            foreach (var (held, lease) in together.Zip(beaten))
            {
                if (lease is null)
                {
                    Drop(held);
                    LogLost(logger, held.Lease.Key);
                }
                else
                {
                    (held.Lease, held.BeatAt) = (lease, began);
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogMissed(logger, together[0].Lease.RunId, e); // due again at the next look
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning,
        Message = "Attempt {Key} was given up by another delivery while its call is out; its result will correct the ledger")]
    static partial void LogLost(ILogger logger, string key);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The leases of calls of run {RunId} could not be renewed")]
    static partial void LogMissed(ILogger logger, string runId, Exception exception);

    internal sealed class Held(AttemptLease lease, long beatAt)
    {
        public AttemptLease Lease { get; set; } = lease;

        /// <summary>The clock's timestamp.</summary>
        public long BeatAt { get; set; } = beatAt;
    }
}
