using System.Globalization;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Local.Sessions;

/// <summary>Adds attempts up by a key, as the ledger's own query does.</summary>
sealed class CostSums(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping)
{
    readonly SortedDictionary<string, CostGroup> _groups = new(StringComparer.Ordinal);

    public void Add(string pipeline, LedgerInfo run)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attempt in run.Attempts)
        {
            if (attempt.StartedTime < from || attempt.StartedTime >= to)
            {
                continue;
            }

            var key = Key(pipeline, attempt);
            var sum = _groups.GetValueOrDefault(key) ?? new CostGroup(key, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            _groups[key] = sum with
            {
                Runs = sum.Runs + (seen.Add(key) ? 1 : 0),
                Attempts = sum.Attempts + 1,
                Failed = sum.Failed + (attempt.Outcome == "ok" ? 0 : 1),
                Simulated = sum.Simulated + (attempt.Simulated ? 1 : 0),
                InputTokens = sum.InputTokens + attempt.InputTokens,
                CachedInputTokens = sum.CachedInputTokens + attempt.CachedInputTokens,
                OutputTokens = sum.OutputTokens + attempt.OutputTokens,
                ReasoningTokens = sum.ReasoningTokens + attempt.ReasoningTokens,
                CostUsd = sum.CostUsd + attempt.CostUsd,
            };
        }
    }

    public IReadOnlyList<CostGroup> Groups() => [.. _groups.Values];

    string Key(string pipeline, AttemptInfo attempt) => grouping switch
    {
        CostGrouping.Day => attempt.StartedTime.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        CostGrouping.Model => attempt.Model,
        CostGrouping.Step => $"{pipeline}/{attempt.Step}",
        CostGrouping.Tier => attempt.Tier,
        _ => pipeline,
    };
}
