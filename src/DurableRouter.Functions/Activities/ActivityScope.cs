using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Activities;

/// <summary>What one delivery of an activity gets. The task hub delivers at least once, to any instance; the ledger tells deliveries apart.</summary>
/// <param name="ended">How the run has ended, if it has: what an earlier delivery called is still booked, but no new call goes out.</param>
sealed class ActivityScope(string runId, RuntimeStatus? ended, IContentStore content, ILedgerWriter ledger, IRunIndex index, TimeProvider clock) : IActivityScope
{
    public string RunId => runId;

    public TimeProvider Clock => clock;

    public IContentStore Content => content;

    public async ValueTask<AttemptClaim> ClaimAttemptAsync(AttemptIntent intent, CancellationToken cancellationToken)
    {
        if (ended is { } status && !await ledger.HasIntentAsync(runId, intent.Key, cancellationToken))
        {
            throw RunRefusals.RunFinished(runId, status);
        }

        return ended is null && await ledger.TryAddIntentAsync(intent, clock.GetUtcNow(), cancellationToken) ? AttemptClaim.Fresh
            : await ledger.FindAsync(runId, intent.Key, cancellationToken) is { } row ? new AttemptClaim(AttemptClaimKind.Recorded, row)
            : AttemptClaim.Unknown;
    }

    /// <exception cref="AttemptSupersededException">Another delivery has already booked the attempt differently.</exception>
    public async ValueTask RecordAttemptAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        var called = row.Outcome is AttemptOutcome.Ok or AttemptOutcome.Failed;
        if (called && await index.GetAsync(runId, cancellationToken) is { End: not null })
        {
            row = row with { Outcome = AttemptOutcome.LateDiscarded };
        }

        var stands = await ledger.AddAsync(row, cancellationToken);
        if (Same(stands, row))
        {
            return;
        }

        if (called)
        {
            await ledger.AddAsync(Late(row, stands), cancellationToken);
        }

        throw new AttemptSupersededException(row.Key);
    }

    static bool Same(AttemptRow a, AttemptRow b) => a.Outcome == b.Outcome && a.CostUsd == b.CostUsd && a.Usage == b.Usage
        && a.LatencyMs == b.LatencyMs && a.PromptSha256 == b.PromptSha256 && a.OutputSha256 == b.OutputSha256;

    /// <summary>The call came home after another delivery had given it up. It is billed where it was given up, at its upper bound.</summary>
    static AttemptRow Late(AttemptRow row, AttemptRow stands) => row with
    {
        Key = row.Key + "/late",
        Outcome = AttemptOutcome.LateDiscarded,
        CostUsd = 0,
        FailureMessage = FormattableString.Invariant(
            $"the result came after the attempt was given up; its call cost ${row.CostUsd}, and {row.Key} has booked ${stands.CostUsd} for it"),
    };
}
