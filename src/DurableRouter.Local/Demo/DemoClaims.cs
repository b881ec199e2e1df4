using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Demo;

/// <param name="Text">With its numbers.</param>
sealed record DemoClaim(bool Holds, string Text);

/// <summary>What the demo says about the product, computed from two accounts that know nothing of each other: the endpoint's log of calls
/// and the product's ledger.</summary>
/// <param name="log">Of the endpoint, with the kill in it.</param>
/// <param name="routed">Ledgers of the runs that the kill met.</param>
/// <param name="all">Every run's ledger.</param>
sealed class DemoClaims(IReadOnlyList<LoggedCall> log, IReadOnlyList<LedgerInfo> routed, IReadOnlyList<LedgerInfo> all, ModelCatalog catalog)
{
    public IEnumerable<DemoClaim> All()
    {
        var kill = log.ToList().FindIndex(l => l.Kind == LoggedKind.Kill);
        var rows = all.SelectMany(l => l.Attempts).ToDictionary(a => a.Key, StringComparer.Ordinal);
        var begun = log.Where(l => l.Kind == LoggedKind.Begin).Select(l => l.Key).ToList();
        var finished = log.Take(kill).Where(l => l.Kind == LoggedKind.End).Select(l => l.Key).ToHashSet(StringComparer.Ordinal);
        var cut = log.Take(kill).Where(l => l.Kind == LoggedKind.Begin && !finished.Contains(l.Key)).Select(l => l.Key).ToList();
        var committed = finished.Where(key => rows.TryGetValue(key, out var row) && row.Outcome != "outcome_unknown").ToHashSet(StringComparer.Ordinal);
        var after = log.Skip(kill).Where(l => l.Kind == LoggedKind.Begin).Select(l => l.Key).ToList();
        var repeated = committed.Count(key => after.Contains(key) || (rows[key].Outcome == "ok" && after.Any(later => SameWork(rows, key, later))));
        var unknown = rows.Values.Where(r => r.Outcome == "outcome_unknown").ToList();

        yield return new DemoClaim(cut.Count > 0 && committed.Count > 0,
            $"when the process was killed, {Figures.Many(finished.Count, "call")} had finished ({committed.Count} committed) and {cut.Count} had not");
        yield return new DemoClaim(repeated == 0, $"of the {committed.Count} committed calls {repeated} were repeated after the restart");
        yield return new DemoClaim(begun.Count == begun.Distinct(StringComparer.Ordinal).Count() && begun.TrueForAll(rows.ContainsKey),
            $"the endpoint saw {begun.Count} calls, {begun.Distinct(StringComparer.Ordinal).Count()} different ones; {begun.Count(rows.ContainsKey)} stand in the ledger");
        yield return new DemoClaim(unknown.Count == cut.Count + finished.Count - committed.Count + unknown.Count(r => !begun.Contains(r.Key)),
            $"{Figures.Many(unknown.Count, "unknown outcome")}, booked at an upper bound of {Figures.Usd(unknown.Sum(r => r.CostUsd))} and asked again under a new number");
        yield return Arithmetic(rows.Values);
        yield return Story();
    }

    /// <summary>A later call for a step and revision whose answer was already committed.</summary>
    static bool SameWork(Dictionary<string, AttemptInfo> rows, string key, string later) =>
        rows.TryGetValue(later, out var row) && row.Step == rows[key].Step && row.Revision == rows[key].Revision
        && later.Split('/')[0] == key.Split('/')[0];

    DemoClaim Arithmetic(IEnumerable<AttemptInfo> rows)
    {
        var billed = rows.Where(r => r.UsageSource == "provider").ToList();
        var exact = billed.Count(r => r.CostUsd == CostCalculator.Cost(
            new TokenUsage(r.InputTokens, r.CachedInputTokens, r.OutputTokens, r.ReasoningTokens), catalog.Find(r.Model)!.Price));
        return new DemoClaim(exact == billed.Count && billed.Count > 0, $"{exact} of {billed.Count} billed calls cost exactly their tokens times the catalog's prices");
    }

    DemoClaim Story()
    {
        var attempts = routed.SelectMany(l => l.Attempts).ToList();
        var repaired = attempts.Count(a => a.Checks.Any(c => !c.Passed));
        return new DemoClaim(routed.Any(l => l.FallbackUsed) && repaired > 0,
            $"{Figures.Many(routed.Count(l => l.FallbackUsed), "run")} rescued by a fallback, {Figures.Many(repaired, "answer")} failed a check and got repaired or replaced");
    }
}
