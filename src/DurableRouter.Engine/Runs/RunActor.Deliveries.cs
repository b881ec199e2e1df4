using DurableRouter.Engine.Activities;

namespace DurableRouter.Engine.Runs;

/// <content>How activities get their places and start, after the commit that asked for them.</content>
sealed partial class RunActor
{
    void GiveBack(long scheduled)
    {
        var pending = instance!.Activities[scheduled];
        engine.Dispatcher.Release(engine.Activity(pending.Name).ConcurrencyKey(pending.Input));
    }

    void StartScheduled(TurnWriter writer)
    {
        foreach (var (seq, claimed) in writer.Scheduled)
        {
            if (!Terminal && instance!.Activities.TryGetValue(seq, out var pending))
            {
                pending.Claimed = claimed;
                Deliver(seq, pending, placed: claimed, redelivered: false);
            }
            else if (claimed)
            {
                GiveBack(seq);
            }
        }

        foreach (var run in claimedNow)
        {
            engine.Run(run);
        }

        claimedNow.Clear();
    }

    /// <summary>After a replay: every activity without a result that is not running here is delivered (again).</summary>
    void StartOutstanding()
    {
        if (instance is null)
        {
            return;
        }

        foreach (var (seq, pending) in instance.Activities)
        {
            if (!pending.Answered && (!Terminal || pending.Claimed) && !inFlight.Contains(seq))
            {
                Deliver(seq, pending, placed: false, redelivered: pending.Claimed);
            }
        }
    }

    void Deliver(long seq, PendingActivity pending, bool placed, bool redelivered)
    {
        var activity = engine.Activity(pending.Name);
        var run = new ActivityRun(this, seq, activity, pending.Input, engine.ContentOf(No), engine.Clock) { Redelivered = redelivered, Claimed = placed || redelivered };
        inFlight.Add(seq);
        if (placed)
        {
            engine.Run(run);
        }
        else
        {
            engine.Dispatcher.Enqueue(run);
        }
    }

    /// <summary>Whether a billed activity has its place already, so that its claim can be part of the turn that schedules it.</summary>
    bool Claim(string name, object input)
    {
        var activity = engine.Activity(name);
        return activity.IsAttempt && engine.Dispatcher.TryTake(activity.ConcurrencyKey(input));
    }
}
