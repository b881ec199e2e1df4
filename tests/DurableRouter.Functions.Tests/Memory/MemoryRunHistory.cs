using DurableRouter.Core.Durability;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Memory;

sealed class MemoryRunHistory : IRunHistory
{
    readonly Lock _lock = new();
    readonly Dictionary<string, List<(string Id, HistoryEntry Entry)>> _runs = [];

    public Task<AppendedEntry> AppendAsync(string runId, NewHistoryEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var run = Of(runId);
            if (run.Find(e => e.Id == entry.Id) is { Entry: { } known })
            {
                return Task.FromResult(new AppendedEntry(known, Added: false));
            }

            var added = new HistoryEntry(run.Count + 1, entry.At, entry.Kind, entry.Name, entry.Subject, entry.Data);
            run.Add((entry.Id, added));
            return Task.FromResult(new AppendedEntry(added, Added: true));
        }
    }

    public Task<HistoryEntry?> FindAsync(string runId, string entryId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<HistoryEntry?>(Of(runId).Find(e => e.Id == entryId).Entry);
        }
    }

    public Task<IReadOnlyList<HistoryEntry>> ReadAsync(string runId, long after, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<HistoryEntry>>([.. Of(runId).Select(e => e.Entry).Where(e => e.Sequence > after)]);
        }
    }

    public Task<long> LastAsync(string runId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult((long)Of(runId).Count);
        }
    }

    public Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _runs.Remove(runId);
            return Task.CompletedTask;
        }
    }

    List<(string Id, HistoryEntry Entry)> Of(string runId) => _runs.TryGetValue(runId, out var run) ? run : _runs[runId] = [];
}
