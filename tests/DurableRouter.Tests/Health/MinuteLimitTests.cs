using DurableRouter.Core.Definitions;
using DurableRouter.Core.Health;
using FsCheck;
using FsCheck.Fluent;

namespace DurableRouter.Tests.Health;

public class MinuteLimitTests
{
    [Fact]
    public void Enter_BeyondTheMinute_WaitsItsTurnInOrder()
    {
        var limit = new MinuteLimit();
        var two = new ModelLimits(1000, 100, RequestsPerMinute: 2);
        Assert.Equal([0, 0, 61, 61, 122], new[] { "a", "b", "c", "d", "e" }.Select(caller => Due(limit, 0, caller, two)));

        Assert.Equal(61, Due(limit, 30, "c", two)); // early: the place stays
        Assert.Equal(122, Due(limit, 61, "f", two)); // new: behind those who wait, c and d
        Assert.True(Leaves(limit, 61, "c", two));
        Assert.True(Leaves(limit, 61, "d", two));
    }

    [Fact]
    public void Enter_APlaceThatNobodyTakes_IsGivenAway()
    {
        var limit = new MinuteLimit();
        var one = new ModelLimits(1000, 100, RequestsPerMinute: 1);
        Assert.True(Leaves(limit, 0, "a", one));
        Assert.Equal(61, Due(limit, 0, "gone", one));

        Assert.True(Leaves(limit, 92, "d", one)); // half a minute after it was due
    }

    [Fact]
    public void Enter_ACallerThatLeft_KeepsNobodyWaiting()
    {
        var limit = new MinuteLimit();
        var one = new ModelLimits(1000, 100, RequestsPerMinute: 1);
        Leaves(limit, 0, "a", one);
        Due(limit, 0, "b", one);
        limit.Leave("b");

        Assert.Equal(61, Due(limit, 1, "c", one));
    }

    [Fact]
    public void Enter_ACallAboveTheTokensOfAMinute_GoesWhenNothingElseCounts()
    {
        var limit = new MinuteLimit();
        var tokens = new ModelLimits(1000, 100, TokensPerMinute: 100);
        Assert.True(Leaves(limit, 0, "small", tokens, 1));

        Assert.Equal(61, Due(limit, 5, "huge", tokens, 1000));
        Assert.True(Leaves(limit, 61, "huge", tokens, 1000));
    }

    [Fact]
    public void Enter_UsageAboveTheEstimate_CountsFromThenOn()
    {
        var limit = new MinuteLimit();
        var tokens = new ModelLimits(1000, 100, TokensPerMinute: 100);
        limit.Enter(TimeSpan.Zero, "a", 10, tokens, out var call);
        call!.Tokens = 95;

        Assert.Equal(61, Due(limit, 1, "b", tokens, 10));
    }

    [Fact]
    public void Enter_Paused_NobodyLeavesBefore()
    {
        var limit = new MinuteLimit();
        limit.Pause(TimeSpan.FromSeconds(20));

        Assert.Equal(20, Due(limit, 1, "a", new ModelLimits(1000, 100)));
        Assert.True(Leaves(limit, 20, "a", new ModelLimits(1000, 100)));
    }

    /// <summary>Callers ask at random times, come back late, early or never: no window ever holds more than the limits.</summary>
    [Fact]
    public void Enter_WhateverCallersDo_NoMinuteHoldsMore() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<(byte Wait, byte Late, byte Tokens)>().ArrayOf(120).ToArbitrary(), asks =>
        {
            var limit = new MinuteLimit();
            var limits = new ModelLimits(1000, 100, RequestsPerMinute: 7, TokensPerMinute: 500);
            var calls = new List<(TimeSpan At, int Tokens)>();
            var queue = new PriorityQueue<(string Caller, int Tokens, int Late), TimeSpan>();
            var now = TimeSpan.Zero;
            foreach (var (ask, index) in asks.Select((a, i) => (a, i)))
            {
                now += TimeSpan.FromSeconds(ask.Wait / 10.0);
                queue.Enqueue(($"c{index}", ask.Tokens + 1, ask.Late % 40), now);
            }

            while (queue.TryDequeue(out var caller, out now))
            {
                var due = limit.Enter(now, caller.Caller, caller.Tokens, limits, out var call);
                if (call is not null)
                {
                    calls.Add((now, caller.Tokens));
                }
                else if (caller.Late != 13)
                {
                    queue.Enqueue(caller, due + TimeSpan.FromSeconds(caller.Late % 3 == 0 ? caller.Late / 10.0 : 0));
                }
            }

            return calls.Count >= asks.Length - asks.Count(a => a.Late % 40 == 13)
                && calls.All(c => calls.Count(o => WithinTheMinuteBefore(o, c)) <= 7)
                && calls.All(c => calls.Where(o => WithinTheMinuteBefore(o, c)).Sum(o => o.Tokens) <= 500);
        }).QuickCheckThrowOnFailure();

    static bool WithinTheMinuteBefore((TimeSpan At, int Tokens) other, (TimeSpan At, int Tokens) call) =>
        other.At > call.At - TimeSpan.FromMinutes(1) && other.At <= call.At;

    static double Due(MinuteLimit limit, double now, string caller, ModelLimits limits, int tokens = 1) =>
        limit.Enter(TimeSpan.FromSeconds(now), caller, tokens, limits, out _).TotalSeconds;

    static bool Leaves(MinuteLimit limit, double now, string caller, ModelLimits limits, int tokens = 1)
    {
        limit.Enter(TimeSpan.FromSeconds(now), caller, tokens, limits, out var call);
        return call is not null;
    }
}
