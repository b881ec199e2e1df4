using System.Globalization;
using System.Runtime.CompilerServices;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Memory;

sealed class MemoryRunIndex : IRunIndex
{
    readonly Lock _lock = new();
    readonly List<RunEntry> _entries = [];
    readonly Dictionary<string, (string Hash, string RunId)> _keys = [];
    readonly HashSet<string> _settled = [];
    long _version;

    public Task<RunClaim> ClaimAsync(RunEntry entry, IdempotencyClaim? idempotency, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (idempotency is { } claim)
            {
                if (_keys.TryGetValue(claim.Key, out var known))
                {
                    return known.Hash == claim.RequestHash ? Task.FromResult(new RunClaim(Find(known.RunId)!, Fresh: false))
                        : throw new DurableRouterException(ErrorCodes.IdempotencyMismatch, $"This idempotency key started {known.RunId} with another request.");
                }

                _keys.Add(claim.Key, (claim.RequestHash, entry.RunId));
            }

            if (Find(entry.RunId) is not null)
            {
                throw new DurableRouterException(ErrorCodes.RunIdTaken, $"Run {entry.RunId} exists already.");
            }

            _entries.Add(Stamped(entry));
            return Task.FromResult(new RunClaim(_entries[^1], Fresh: true));
        }
    }

    public Task<RunEntry?> GetAsync(string runId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Find(runId));
        }
    }

    public Task<RunEntry?> UpdateAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var at = _entries.FindIndex(e => e.RunId == entry.RunId && e.ETag == entry.ETag);
            return Task.FromResult(at < 0 ? null : _entries[at] = Stamped(entry));
        }
    }

    public Task<RunEntry?> ReopenAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _settled.Remove(entry.RunId);
        }

        return UpdateAsync(entry with { End = null, Reopened = entry.Reopened + 1 }, cancellationToken);
    }

    public Task<RunEntryPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var before = query.ContinuationToken is { } token ? int.Parse(token, CultureInfo.InvariantCulture) : _entries.Count;
            var found = new List<RunEntry>();
            while (before > 0 && found.Count < query.Top)
            {
                if (Matches(_entries[--before], query))
                {
                    found.Add(_entries[before]);
                }
            }

            var more = _entries.Take(before).Any(e => Matches(e, query));
            return Task.FromResult(new RunEntryPage(found, more ? before.ToString(CultureInfo.InvariantCulture) : null));
        }
    }

    public async IAsyncEnumerable<RunEntry> UnsettledAsync(DateTimeOffset createdBefore, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        List<RunEntry> found;
        lock (_lock)
        {
            found = [.. _entries.Where(e => e.PurgedAt is null && !_settled.Contains(e.RunId) && e.CreatedAt < createdBefore)];
        }

        foreach (var entry in found)
        {
            yield return entry;
        }
    }

    public Task SettledAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _settled.Add(entry.RunId);
        }

        return Task.CompletedTask;
    }

    static bool Matches(RunEntry entry, RunQuery query) => entry.PurgedAt is null
        && (query.Pipeline is null || entry.Index.Pipeline == query.Pipeline)
        && (query.Tag is null || entry.Index.Tags.Any(t => query.Tag == t.Key || query.Tag == $"{t.Key}:{t.Value}"))
        && (query.Statuses.Count == 0 || entry.End is null || query.Statuses.Contains(entry.End.Status))
        && (query.CreatedFrom is null || entry.CreatedAt >= query.CreatedFrom) && (query.CreatedTo is null || entry.CreatedAt < query.CreatedTo);

    RunEntry? Find(string runId) => _entries.Find(e => e.RunId == runId);

    RunEntry Stamped(RunEntry entry) => entry with { ETag = (++_version).ToString(CultureInfo.InvariantCulture) };
}
