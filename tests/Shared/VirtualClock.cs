namespace DurableRouter.Tests.Shared;

/// <summary>A clock that moves only when a test moves it. Timers fire inside <see cref="Advance"/>, in order of their due time.</summary>
public sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    readonly Lock gate = new();
    readonly List<VirtualTimer> timers = [];
    DateTimeOffset now = start;
    long elapsed;

    public VirtualClock()
        : this(new DateTimeOffset(2026, 1, 15, 9, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return elapsed;
        }
    }

    /// <summary>Sets the wall clock without letting time pass: a jump.</summary>
    public void JumpTo(DateTimeOffset wall)
    {
        lock (gate)
        {
            now = wall;
        }
    }

    public void Advance(TimeSpan by)
    {
        long target;
        lock (gate)
        {
            target = elapsed + by.Ticks;
        }

        while (true)
        {
            VirtualTimer? next;
            lock (gate)
            {
                next = timers.Where(t => t.DueAt <= target).MinBy(t => t.DueAt);
                var to = next?.DueAt ?? target;
                if (to > elapsed)
                {
                    now += TimeSpan.FromTicks(to - elapsed);
                    elapsed = to;
                }

                next?.Rearm();
            }

            if (next is null)
            {
                return;
            }

            next.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        TimeSpan period;

        public long DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (clock.gate)
            {
                period = newPeriod;
                clock.timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueAt = clock.elapsed + dueTime.Ticks;
                    clock.timers.Add(this);
                }
            }

            if (dueTime == TimeSpan.Zero)
            {
                ThreadPool.QueueUserWorkItem(_ => clock.Advance(TimeSpan.Zero));
            }

            return true;
        }

        public void Rearm()
        {
            if (period > TimeSpan.Zero)
            {
                DueAt += period.Ticks;
            }
            else
            {
                clock.timers.Remove(this);
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
