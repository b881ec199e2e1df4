using DurableRouter.Core.Ledger;

namespace DurableRouter.Http.Ledger;

/// <summary>One run's rows, corrections among them, and what they add up to.</summary>
/// <param name="Row">Null while the run isn't finished.</param>
public sealed record RunLedger(string RunId, IReadOnlyList<AttemptRow> Attempts, RunRow? Row)
{
    /// <summary>US dollars: the exact sum of the rows. An unknown attempt counts at its upper bound; where its result came late, a correction takes
    /// off what was too much.</summary>
    public decimal TotalUsd => Attempts.Sum(a => a.CostUsd);

    /// <summary>True when an answer of a later candidate than the first was accepted.</summary>
    public bool FallbackUsed => Row?.FallbackUsed ?? Attempts.Any(a => a.Outcome == AttemptOutcome.Ok && a.Candidate > 0);

    public IReadOnlyList<LedgerTotal> ByStep => Totals(a => a.Step);

    public IReadOnlyList<LedgerTotal> ByModel => Totals(a => a.Model);

    List<LedgerTotal> Totals(Func<AttemptRow, string> key) =>
    [
        .. Attempts.GroupBy(key).Select(g => new LedgerTotal(g.Key, g.Count(a => a.IsAttempt), g.Sum(a => (long)a.Usage.Input),
            g.Sum(a => (long)a.Usage.CachedInput), g.Sum(a => (long)a.Usage.Output), g.Sum(a => (long)a.Usage.Reasoning), g.Sum(a => a.CostUsd))),
    ];
}

/// <param name="Key">A step's id or a model's name.</param>
public sealed record LedgerTotal(string Key, int Attempts, long InputTokens, long CachedInputTokens, long OutputTokens, long ReasoningTokens,
    decimal CostUsd);
