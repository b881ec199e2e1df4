using System.Globalization;
using System.Runtime.CompilerServices;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Memory;

/// <summary>Runs with their histories. What is written together changes together.</summary>
sealed class MemoryRuns(MemoryLedger ledger) : IRunIndex, IRunHistory
{
    readonly Lock _lock = new();
    readonly List<RunEntry> _entries = [];
    readonly Dictionary<string, List<(string Id, HistoryEntry Entry)>> _histories = [];
    readonly Dictionary<string, (string Hash, string RunId)> _keys = [];
    readonly HashSet<string> _settled = [];
    long _version;

    public Task<RunClaim> ClaimAsync(RunEntry entry, IdempotencyClaim? idempotency, CancellationToken cancellationToken) => Locked(() =>
    {
        if (idempotency is { } claim)
        {
            if (_keys.TryGetValue(claim.Key, out var known))
            {
                return known.Hash == claim.RequestHash ? new RunClaim(Find(known.RunId)!, Fresh: false)
                    : throw new DurableRouterException(ErrorCodes.IdempotencyMismatch, $"This idempotency key started {known.RunId} with another request.");
            }

            _keys.Add(claim.Key, (claim.RequestHash, entry.RunId));
        }

        if (Find(entry.RunId) is not null)
        {
            throw new DurableRouterException(ErrorCodes.RunIdTaken, $"Run {entry.RunId} exists already.");
        }

        _entries.Add(Stamped(entry with { Last = 1 }));
        _histories[entry.RunId] = [("run-started", new HistoryEntry(1, entry.CreatedAt, HistoryKinds.RunStarted, null, 0, null))];
        return new RunClaim(_entries[^1], Fresh: true);
    });

    public Task<RunEntry?> GetAsync(string runId, CancellationToken cancellationToken) => Locked(() => Find(runId));

    public Task<RunEntry?> UpdateAsync(RunEntry entry, CancellationToken cancellationToken) => Locked(() =>
    {
        var at = _entries.FindIndex(e => e.RunId == entry.RunId && e.ETag == entry.ETag);
        return at < 0 ? null : _entries[at] = Stamped(entry);
    });

    public Task<RunEntry?> ReopenAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        Locked(() => _settled.Remove(entry.RunId));
        return UpdateAsync(entry with { End = null, Reopened = entry.Reopened + 1 }, cancellationToken);
    }

    public Task EndedAsync(RunStub run, RunEnding end, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<RunEntryPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => Locked(() =>
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
        return new RunEntryPage(found, more ? before.ToString(CultureInfo.InvariantCulture) : null);
    });

    public async IAsyncEnumerable<RunEntry> UnsettledAsync(DateTimeOffset createdBefore, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var entry in await Locked<List<RunEntry>>(() => [.. _entries.Where(e => e.PurgedAt is null && !_settled.Contains(e.RunId) && e.CreatedAt < createdBefore)]))
        {
            yield return entry;
        }
    }

    public Task SettledAsync(string runId, DateTimeOffset createdAt, CancellationToken cancellationToken) => Locked(() => _settled.Add(runId));

    public Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken) => Locked(() =>
    {
        var at = _entries.FindIndex(e => e.RunId == runId);
        if (at < 0)
        {
            return new RunWritten(RunWriteResult.Unknown);
        }

        var (run, history) = (_entries[at], _histories[runId]);
        if (run.End is { } end)
        {
            return new RunWritten(RunWriteResult.Ended) { Ended = end.Status };
        }

        if (write.Entries.Any(e => history.Exists(known => known.Id == IdOf(e, write, run))))
        {
            return new RunWritten(RunWriteResult.EntryTaken);
        }

        if (write.Intent is { } intent && ledger.HasIntent(intent.Intent.Key))
        {
            return new RunWritten(RunWriteResult.IntentTaken);
        }

        if (write.Attempt is { } attempt && ledger.HasRow(attempt.Key))
        {
            return new RunWritten(RunWriteResult.AttemptTaken);
        }

        var lease = write.Intent is { } fresh ? ledger.AddIntent(fresh) : null;
        ledger.Add(write.Attempt, write.Row);
        foreach (var entry in write.Entries)
        {
            var sequence = history.Count + 1;
            history.Add((IdOf(entry, write, run), new HistoryEntry(sequence, entry.At, entry.Kind, entry.Name,
                entry.Subject == NewHistoryEntry.Previous ? sequence - 1 : entry.Subject, entry.Data)));
        }

        run = run with
        {
            Last = history.Count,
            OpenCalls = run.OpenCalls + (write.Intent is null ? 0 : 1) - (write.AnswersIntent ? 1 : 0),
            End = write.End ?? run.End,
        };
        _entries[at] = Stamped(run);
        return new RunWritten(RunWriteResult.Written, history.Count - write.Entries.Count + 1, lease)
        {
            Run = new RunStub(runId, run.CreatedAt, run.HasCallback, run.OpenCalls, run.Reopened),
        };
    });

    public Task<HistoryEntry?> FindAsync(string runId, string entryId, CancellationToken cancellationToken) =>
        Locked<HistoryEntry?>(() => Of(runId).Find(e => e.Id == entryId).Entry);

    public Task<IReadOnlyList<HistoryEntry>> ReadAsync(string runId, long after, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<HistoryEntry>>(() => [.. Of(runId).Select(e => e.Entry).Where(e => e.Sequence > after)]);

    public Task<long> LastAsync(string runId, CancellationToken cancellationToken) => Locked(() => (long)Of(runId).Count);

    public Task RemoveAsync(string runId, CancellationToken cancellationToken) => Locked(() => _histories.Remove(runId));

    static string IdOf(NewHistoryEntry entry, RunWrite write, RunEntry run) =>
        write.End is null || run.Reopened == 0 ? entry.Id : string.Create(CultureInfo.InvariantCulture, $"{entry.Id}-{run.Reopened + 1}");

    static bool Matches(RunEntry entry, RunQuery query) => entry.PurgedAt is null
        && (query.Pipeline is null || entry.Index.Pipeline == query.Pipeline)
        && (query.Tag is null || entry.Index.Tags.Any(t => query.Tag == t.Key || query.Tag == $"{t.Key}:{t.Value}"))
        && (query.Statuses.Count == 0 || entry.End is null || query.Statuses.Contains(entry.End.Status))
        && (query.CreatedFrom is null || entry.CreatedAt >= query.CreatedFrom) && (query.CreatedTo is null || entry.CreatedAt < query.CreatedTo);

    List<(string Id, HistoryEntry Entry)> Of(string runId) => _histories.TryGetValue(runId, out var history) ? history : [];

    RunEntry? Find(string runId) => _entries.Find(e => e.RunId == runId);

    RunEntry Stamped(RunEntry entry) => entry with { ETag = (++_version).ToString(CultureInfo.InvariantCulture) };

    Task<T> Locked<T>(Func<T> act)
    {
        lock (_lock)
        {
            return Task.FromResult(act());
        }
    }
}
