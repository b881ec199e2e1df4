using System.Collections.Concurrent;

namespace DurableRouter.Engine.Runs;

/// <summary>Tells those who wait that a run has changed. Costs nothing for runs that nobody watches.</summary>
sealed class RunSignals
{
    readonly ConcurrentDictionary<string, TaskCompletionSource> watched = new();

    /// <summary>Completes at the next change. Take it before looking at the state, so that no change is missed.</summary>
    public Task NextChange(string runId) =>
        watched.GetOrAdd(runId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed(string runId)
    {
        if (!watched.IsEmpty && watched.TryRemove(runId, out var change))
        {
            change.SetResult();
        }
    }
}
