using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Models;

/// <summary>The limits of one call as one cancellation token: first byte, idle and total when streamed, else total only.</summary>
/// <remarks>One timer serves all limits. Progress only notes the time; the timer looks at it when it fires, at least once per idle
/// limit, and arms itself again for the rest: a reply of a thousand chunks costs no thousand timer changes.</remarks>
sealed class CallDeadline : IDisposable
{
    readonly TimeProvider clock;
    readonly ModelTimeouts limits;
    readonly bool streamed;
    readonly long started;
    readonly CancellationTokenSource source = new();
    readonly CancellationTokenRegistration caller;
    readonly ITimer timer;
    long lastProgress;
    int firstByteMs = -1;
    volatile string? expired;

    public CallDeadline(TimeProvider clock, ModelTimeouts limits, bool streamed, CancellationToken cancellationToken)
    {
        this.clock = clock;
        this.limits = limits;
        this.streamed = streamed;
        started = lastProgress = clock.GetTimestamp();
        // The source is never disposed: it owns no timer and no handle, and a timer callback that lost the race against Dispose
        // must be able to cancel it without harm.
        caller = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
        timer = clock.CreateTimer(static self => ((CallDeadline)self!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm(streamed && limits.FirstByte < limits.Total ? limits.FirstByte : limits.Total);
    }

    public CancellationToken Token => source.Token;

    /// <summary>The failure code of the limit that passed; null while none has.</summary>
    public string? Expired => expired;

    /// <summary>Null before the first byte of the body.</summary>
    public int? FirstByteMs => firstByteMs < 0 ? null : firstByteMs;

    /// <summary>Notes that bytes of the body came.</summary>
    public void Progress()
    {
        var now = clock.GetTimestamp();
        Volatile.Write(ref lastProgress, now);
        if (firstByteMs < 0)
        {
            firstByteMs = (int)clock.GetElapsedTime(started, now).TotalMilliseconds;
        }
    }

    public TimeSpan Limit(string code) => code switch
    {
        FailureCodes.FirstByteTimeout => limits.FirstByte,
        FailureCodes.IdleTimeout => limits.Idle,
        _ => limits.Total,
    };

    public void Dispose()
    {
        timer.Dispose();
        caller.Dispose();
    }

    void Check()
    {
        var now = clock.GetTimestamp();
        var code = FailureCodes.TotalTimeout;
        var left = limits.Total - clock.GetElapsedTime(started, now);
        if (streamed && left > TimeSpan.Zero)
        {
            var partCode = firstByteMs < 0 ? FailureCodes.FirstByteTimeout : FailureCodes.IdleTimeout;
            var partLeft = Limit(partCode) - clock.GetElapsedTime(Volatile.Read(ref lastProgress), now);
            if (partLeft < left)
            {
                (code, left) = (partCode, partLeft);
            }
        }

        if (left <= TimeSpan.Zero)
        {
            expired = code;
            source.Cancel();
            return;
        }

        Arm(left);
    }

    void Arm(TimeSpan left)
    {
        // The first byte may come right after this look, and the idle limit counts from then on.
        var next = streamed && limits.Idle < left ? limits.Idle : left;
        // A timer counts whole milliseconds: rounded down, the rest would be asked for again and again.
        timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(next.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }
}
