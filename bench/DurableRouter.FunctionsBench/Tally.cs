namespace DurableRouter.FunctionsBench;

/// <param name="Requests">Over HTTP.</param>
/// <param name="Operations">A batch's one by one.</param>
readonly record struct Count(double Requests, double Operations);

/// <summary>Requests by kind.</summary>
sealed class Tally
{
    readonly Lock _lock = new();
    readonly Dictionary<RequestKind, Count> _counts;

    public Tally() => _counts = [];

    Tally(IEnumerable<KeyValuePair<RequestKind, Count>> counts) => _counts = new(counts);

    public void Add(RequestKind kind, int operations)
    {
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(kind);
            _counts[kind] = new(count.Requests + 1, count.Operations + operations);
        }
    }

    public IReadOnlyList<KeyValuePair<RequestKind, Count>> Kinds
    {
        get
        {
            lock (_lock)
            {
                return [.. _counts];
            }
        }
    }

    public Tally Copy() => new(Kinds);

    /// <summary>What came since an earlier copy, less what an idle app asks for in the same time, for each of so many runs. Empty polls are left out.</summary>
    /// <param name="idlePerSecond">Null: nothing is taken off.</param>
    public Tally Since(Tally before, Tally? idlePerSecond, double seconds, double runs)
    {
        var earlier = before.Kinds.ToDictionary();
        var idle = idlePerSecond?.Kinds.ToDictionary() ?? [];
        return new(from pair in Kinds
                   where !pair.Key.IsEmptyPoll
                   let was = earlier.GetValueOrDefault(pair.Key)
                   let idly = idle.GetValueOrDefault(pair.Key)
                   let requests = (pair.Value.Requests - was.Requests - (idly.Requests * seconds)) / runs
                   let operations = (pair.Value.Operations - was.Operations - (idly.Operations * seconds)) / runs
                   where requests > 0
                   select KeyValuePair.Create(pair.Key, new Count(requests, operations)));
    }

    public static Tally Mean(IReadOnlyList<Tally> tallies) => new(from pair in tallies.SelectMany(tally => tally.Kinds)
                                                                   group pair.Value by pair.Key into counts
                                                                   select KeyValuePair.Create(counts.Key,
                                                                       new Count(counts.Sum(c => c.Requests) / tallies.Count, counts.Sum(c => c.Operations) / tallies.Count)));

    public double Requests(Func<RequestKind, bool>? which = null) => Kinds.Where(pair => which?.Invoke(pair.Key) ?? true).Sum(pair => pair.Value.Requests);

    public double Operations => Kinds.Sum(pair => pair.Value.Operations);
}
