using System.Collections.Concurrent;

namespace DurableRouter.Functions.Storage;

/// <summary>The heads that this instance wrote last, so that its next write of the same run need not read first. A stale one costs a refused transaction
/// and a read, never a wrong write: the tag decides.</summary>
sealed class RunHeads
{
    const int MaxHeads = 20_000;
    const int Gates = 128;
    readonly ConcurrentDictionary<string, RunHead> _heads = new(StringComparer.Ordinal);
    readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(1))];

    public RunHead? Find(string runId) => _heads.GetValueOrDefault(runId);

    public void Keep(string runId, RunHead head)
    {
        if (head.Ended is not null)
        {
            Forget(runId);
            return;
        }

        if (_heads.Count >= MaxHeads)
        {
            _heads.Clear();
        }

        _heads[runId] = head;
    }

    public void Forget(string runId) => _heads.TryRemove(runId, out _);

    /// <summary>Writers of one run in this instance go one by one: each would spoil the tag of the others.</summary>
    public async Task<IDisposable> EnterAsync(string runId, CancellationToken cancellationToken)
    {
        var gate = _gates[(uint)string.GetHashCode(runId, StringComparison.Ordinal) % Gates];
        await gate.WaitAsync(cancellationToken);
        return new Pass(gate);
    }

    sealed class Pass(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
