using System.Collections.Concurrent;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Sane answers to all calls but the first of one step in each run, which is never answered: it is in flight when a test wants a
/// death.</summary>
sealed class FirstCalls(string step)
{
    readonly ConcurrentDictionary<string, bool> _held = new();

    /// <summary>How many calls hang, or hung.</summary>
    public int Held => _held.Count;

    public FakeReply Answer(FakeCall call)
    {
        // RUN/STEP/REVISION/ATTEMPT
        var parts = call.Key!.Split('/');
        return parts[1] == step && _held.TryAdd(parts[0], true) ? FakeReply.Hang() : SaneReplies.For(call);
    }
}
