using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Memory;

sealed class MemoryLedger : ILedger, ILedgerWriter
{
    readonly Lock _lock = new();
    readonly Dictionary<string, AttemptIntent> _intents = [];
    readonly List<AttemptRow> _attempts = [];
    readonly Dictionary<string, RunRow> _runs = [];

    public Task<bool> TryAddIntentAsync(AttemptIntent intent, DateTimeOffset at, CancellationToken cancellationToken) =>
        Locked(() => _intents.TryAdd(intent.Key, intent));

    public Task<bool> HasIntentAsync(string runId, string key, CancellationToken cancellationToken) => Locked(() => _intents.ContainsKey(key));

    public Task<bool> HasOpenIntentsAsync(string runId, CancellationToken cancellationToken) =>
        Locked(() => _intents.Values.Any(i => i.RunId == runId && _attempts.TrueForAll(r => r.Key != i.Key)));

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

    public Task<RunRow> AddAsync(RunRow row, CancellationToken cancellationToken) =>
        Locked(() => _runs.TryAdd(row.RunId, row) ? row : _runs[row.RunId]);

    public Task<IReadOnlyList<AttemptRow>> AttemptsAsync(string runId, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<AttemptRow>>(() => [.. _attempts.Where(r => r.RunId == runId)]);

    public Task<RunRow?> RunAsync(string runId, CancellationToken cancellationToken) => Locked(() => _runs.GetValueOrDefault(runId));

    public Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nothing here asks for it");

    public Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nothing here asks for it");

    public Task<decimal> CostAsync(DayAccount account, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nothing here asks for it");

    Task<T> Locked<T>(Func<T> act)
    {
        lock (_lock)
        {
            return Task.FromResult(act());
        }
    }
}
