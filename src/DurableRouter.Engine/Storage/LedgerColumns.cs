using System.Globalization;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Engine.Storage;

/// <summary>The text of enumerations and dates in ledger columns: persisted, the same words as in JSON.</summary>
static class LedgerColumns
{
    static readonly Dictionary<string, AttemptOutcome> Outcomes = Enum.GetValues<AttemptOutcome>().ToDictionary(Text);
    static readonly Dictionary<string, UsageSource> Sources = Enum.GetValues<UsageSource>().ToDictionary(Text);

    public static string Text(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Ok => "ok",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.Skipped => "skipped",
        AttemptOutcome.OutcomeUnknown => "outcome_unknown",
        AttemptOutcome.LateDiscarded => "late_discarded",
        AttemptOutcome.Correction => "correction",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    public static string Text(UsageSource source) => source switch
    {
        UsageSource.None => "none",
        UsageSource.Provider => "provider",
        UsageSource.Estimated => "estimated",
        UsageSource.UpperBound => "upper_bound",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, null),
    };

    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static AttemptOutcome Outcome(string text) => Outcomes[text];

    public static UsageSource Source(string text) => Sources[text];
}
