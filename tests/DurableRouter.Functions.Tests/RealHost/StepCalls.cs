using System.Collections.Concurrent;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Sane answers to all calls but one of each run: the first call of the first step hangs in the run that is seen first, of the second step in the
/// second, and so on. Then one death meets calls of every step.</summary>
sealed class StepCalls(params string[] steps)
{
    readonly Lock _lock = new();
    readonly List<string> _runs = [];
    readonly ConcurrentDictionary<string, bool> _held = new();

    /// <summary>How many calls hang, or hung.</summary>
    public int Held => _held.Count;

    public FakeReply Answer(FakeCall call)
    {
        // RUN/STEP/REVISION/ATTEMPT
        var parts = call.Key!.Split('/');
        var place = PlaceOf(parts[0]);
        return place < steps.Length && steps[place] == parts[1] && _held.TryAdd(parts[0], true) ? FakeReply.Hang() : SaneReplies.For(call);
    }

    int PlaceOf(string run)
    {
        lock (_lock)
        {
            if (!_runs.Contains(run))
            {
                _runs.Add(run);
            }

            return _runs.IndexOf(run);
        }
    }
}
