using DurableRouter.Core.Values;

namespace DurableRouter.Core.Ledger;

/// <summary>Adds attempts up to <see cref="RoutingGroup"/>s, for a store that can't do so in a query. Attempts come in any order.</summary>
public sealed class RoutingTally
{
    readonly Dictionary<(string RunId, string Step, int Revision), Decision> _decisions = [];

    public void Add(RoutingAttempt attempt)
    {
        var key = (attempt.RunId, attempt.Step, attempt.Revision);
        if (!_decisions.TryGetValue(key, out var decision))
        {
            _decisions.Add(key, decision = new Decision(attempt));
        }

        decision.Add(attempt);
    }

    /// <summary>Ordered by pipeline, step and rule, ordinally.</summary>
    public IReadOnlyList<RoutingGroup> ToGroups() =>
    [
        .. _decisions.Values
            .GroupBy(d => (d.First.Pipeline, d.First.Step, d.First.Rule))
            .OrderBy(g => g.Key.Pipeline, StringComparer.Ordinal).ThenBy(g => g.Key.Step, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Rule, StringComparer.Ordinal)
            .Select(g => new RoutingGroup(g.Key.Pipeline, g.Key.Step, g.Key.Rule, g.LongCount(), g.LongCount(d => !d.Human && d.AnsweredBy == 0),
                g.LongCount(d => !d.Human && d.AnsweredBy > 0), g.LongCount(d => d.Human), g.LongCount(d => d.AnsweredBy is null),
                g.LongCount(d => d.Misrouted), g.LongCount(d => d.Degraded), g.Sum(d => d.Attempts), Money.ToUsd(g.Sum(d => d.CostUnits)))),
    ];

    /// <summary>One revision of a step in one run.</summary>
    sealed class Decision(RoutingAttempt first)
    {
        public RoutingAttempt First { get; private set; } = first;

        /// <summary>The candidate whose answer was the last; null when none answered. Earlier answers were refused by a judge.</summary>
        public int? AnsweredBy { get; private set; }
        int AnsweredAt { get; set; }
        public bool Human { get; private set; }
        public bool Misrouted { get; private set; }
        public bool Degraded { get; private set; }
        public long Attempts { get; private set; }
        public long CostUnits { get; private set; }

        public void Add(RoutingAttempt attempt)
        {
            First = attempt.Ordinal < First.Ordinal ? attempt : First;
            if (attempt.Ok && attempt.Ordinal > AnsweredAt)
            {
                (AnsweredBy, AnsweredAt) = (attempt.Candidate, attempt.Ordinal);
            }

            Human |= attempt.Rule == AttemptRow.LastLinkHuman;
            Misrouted |= attempt.Misrouted;
            Degraded |= attempt.Ok && attempt.Degraded;
            Attempts += attempt.IsCorrection ? 0 : 1;
            CostUnits += attempt.CostUnits;
        }
    }
}

/// <summary>What <see cref="RoutingTally"/> needs of an <see cref="AttemptRow"/>.</summary>
/// <param name="CostUnits">See <see cref="Money"/>.</param>
/// <param name="IsCorrection">Its cost belongs to the decision; it is no attempt.</param>
public sealed record RoutingAttempt(string RunId, string Pipeline, string Step, int Revision, int Ordinal, int Candidate, string Rule, bool Ok,
    bool Misrouted, bool Degraded, long CostUnits, bool IsCorrection);
