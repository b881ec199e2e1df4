using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Memory;

sealed class MemoryLedger : ILedger, ILedgerWriter, IAttemptLeases
{
    readonly Lock _lock = new();
    readonly Dictionary<string, AttemptLease> _leases = [];
    readonly List<AttemptRow> _attempts = [];
    readonly Dictionary<string, RunRow> _runs = [];

    public bool HasIntent(string key) => Locked(() => _leases.ContainsKey(key)).Result;

    public bool HasRow(string key) => Locked(() => _attempts.Exists(r => r.Key == key)).Result;

    public AttemptLease AddIntent(NewIntent intent) => Locked(() => _leases[intent.Intent.Key] =
        new AttemptLease(intent.Intent.RunId, intent.Intent.Key, intent.Owner, 0, AttemptLease.DefaultBeat, LeaseState.Held, "0")).Result;

    public void Add(AttemptRow? attempt, RunRow? run) => Locked(() =>
    {
        _attempts.AddRange(attempt is null ? [] : [attempt]);
        return run is null || _runs.TryAdd(run.RunId, run);
    });

    Task<AttemptLease?> IAttemptLeases.FindAsync(string runId, string key, CancellationToken cancellationToken) => Locked(() => _leases.GetValueOrDefault(key));

    public Task<IReadOnlyList<AttemptLease?>> BeatAsync(IReadOnlyList<AttemptLease> leases, DateTimeOffset at, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<AttemptLease?>>(() => [.. leases.Select(l => Change(l, l with { Beat = l.Beat + 1 }))]);

    public Task<bool> TryEndAsync(AttemptLease lease, LeaseState state, CancellationToken cancellationToken) =>
        Locked(() => Change(lease, lease with { State = state }) is not null);

    public Task<AttemptRow?> FindAsync(string runId, string key, CancellationToken cancellationToken) => Locked(() => _attempts.Find(r => r.Key == key));

    public Task<AttemptRow> AddAsync(AttemptRow row, CancellationToken cancellationToken) => Locked(() =>
    {
        if (_attempts.Find(r => r.Key == row.Key) is { } stands)
        {
            return stands;
        }

        _attempts.Add(row);
        return row;
    });

    public Task CopyAsync(AttemptRow row, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<AttemptRow>> AttemptsAsync(string runId, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<AttemptRow>>(() => [.. _attempts.Where(r => r.RunId == runId)]);

    public Task<RunRow?> RunAsync(string runId, CancellationToken cancellationToken) => Locked(() => _runs.GetValueOrDefault(runId));

    public Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nothing here asks for it");

    public Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nothing here asks for it");

    public Task<decimal> CostAsync(DayAccount account, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nothing here asks for it");

    AttemptLease? Change(AttemptLease read, AttemptLease changed) =>
        _leases[read.Key].Tag == read.Tag ? _leases[read.Key] = changed with { Tag = read.Tag + "+" } : null;

    Task<T> Locked<T>(Func<T> act)
    {
        lock (_lock)
        {
            return Task.FromResult(act());
        }
    }
}
