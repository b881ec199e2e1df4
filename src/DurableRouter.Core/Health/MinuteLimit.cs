using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Health;

/// <summary>Holds one model to its requests and tokens per minute: in no stretch of a minute do more calls leave. Whoever must wait gets a
/// place in the queue, in order of asking, and comes back for it. Times are since the process began.</summary>
sealed class MinuteLimit
{
    /// <summary>A second over the minute: calls may reach the provider closer together than they left.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(61);

    /// <summary>How long a place is kept for a caller that doesn't come: its run may have ended.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    // Calls that left within the window, then places that are due later; both in order of time.
    readonly List<Call> _left = [];
    readonly List<Place> _places = [];
    TimeSpan _pausedUntil;

    public int Waiting(TimeSpan now) => _places.Count(p => p.At + Grace >= now);

    /// <param name="call">The call, which counts from now on; null: it must wait.</param>
    /// <returns>When the caller's place is due.</returns>
    public TimeSpan Enter(TimeSpan now, string caller, int tokens, ModelLimits limits, out Call? call)
    {
        _left.RemoveRange(0, Count(_left, c => c.At <= now - Window));
        _places.RemoveAll(p => p.At + Grace < now);
        var own = _places.FindIndex(p => p.Caller == caller);
        if (own >= 0 && _places[own].At > now)
        {
            call = null;
            return _places[own].At;
        }

        // Nobody overtakes those who wait. Who comes for a place may find it taken by calls that came later than theirs, and waits again.
        var before = own >= 0 ? [] : _places;
        if (own >= 0)
        {
            _places.RemoveAt(own);
        }

        var at = Earliest(now, before, tokens, limits);
        if (at > now)
        {
            _places.Insert(Count(_places, p => p.At <= at), new Place(caller, at, tokens));
            call = null;
            return at;
        }

        call = new Call { At = now, Tokens = tokens };
        if (limits.RequestsPerMinute is not null || limits.TokensPerMinute is not null)
        {
            _left.Add(call);
        }

        return now;
    }

    /// <summary>Gives the caller's place back, if it has one.</summary>
    public void Leave(string caller) => _places.RemoveAll(p => p.Caller == caller);

    /// <summary>No call leaves before this time.</summary>
    public void Pause(TimeSpan until) => _pausedUntil = until > _pausedUntil ? until : _pausedUntil;

    public bool IsPaused(TimeSpan now) => _pausedUntil > now;

    TimeSpan Earliest(TimeSpan now, List<Place> before, int tokens, ModelLimits limits)
    {
        var at = Max(now, _pausedUntil);
        at = before.Count > 0 ? Max(at, before[^1].At) : at;
        if (limits.RequestsPerMinute is { } requests && _left.Count + before.Count >= requests)
        {
            at = Max(at, Of(_left.Count + before.Count - requests).At + Window);
        }

        if (limits.TokensPerMinute is { } most)
        {
            // A call that alone is over the limit goes when nothing else counts.
            var sum = (long)Math.Min(tokens, most);
            for (var i = _left.Count + before.Count - 1; i >= 0; i--)
            {
                var (when, used) = Of(i);
                sum += used;
                if (sum > most)
                {
                    return Max(at, when + Window);
                }
            }
        }

        return at;

        (TimeSpan At, int Tokens) Of(int index) => index < _left.Count ? (_left[index].At, _left[index].Tokens)
            : (before[index - _left.Count].At, before[index - _left.Count].Tokens);
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>How many stand at the head of the list.</summary>
    static int Count<T>(List<T> ordered, Predicate<T> isHead) => ordered.FindIndex(item => !isHead(item)) is var first && first < 0 ? ordered.Count : first;

    public sealed class Call
    {
        public required TimeSpan At { get; init; }

        public required int Tokens { get; set; }
    }

    sealed record Place(string Caller, TimeSpan At, int Tokens);
}
