using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Activities;

/// <summary>What one delivery of an activity gets. The task hub delivers at least once, to any instance; the ledger tells deliveries apart.</summary>
sealed class ActivityScope(ActivityDelivery delivery, IContentStore content, ILedgerWriter ledger, IAttemptLeases leases, IRunIndex index,
    LeaseKeeper keeper, TimeProvider clock) : IActivityScope
{
    LeaseKeeper.Held? _lease;

    public string RunId => delivery.RunId;

    public TimeProvider Clock => clock;

    public IContentStore Content => content;

    /// <summary>The first delivery takes the lease and calls. Every other one waits for its owner, and takes what it leaves.</summary>
    public async ValueTask<AttemptClaim> ClaimAttemptAsync(AttemptIntent intent, CancellationToken cancellationToken)
    {
        if (delivery.Ended is { } status)
        {
            if (await leases.FindAsync(RunId, intent.Key, cancellationToken) is null)
            {
                throw RunRefusals.RunFinished(RunId, status);
            }
        }
        else if (await ledger.TryAddIntentAsync(intent, Guid.NewGuid().ToString("N"), clock.GetUtcNow(), cancellationToken) is { } lease)
        {
            _lease = keeper.Hold(lease);
            return AttemptClaim.Fresh;
        }

        using var waits = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, delivery.Stopping);
        return await new OwnerWatch(ledger, leases, clock)
            .WaitAsync(RunId, intent.Key, delivery.IsAnswered, delivery.WaitsForOwner, waits.Token);
    }

    /// <exception cref="AttemptSupersededException">Another delivery has already booked the attempt differently.</exception>
    public async ValueTask RecordAttemptAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        var called = row.Outcome is AttemptOutcome.Ok or AttemptOutcome.Failed;
        if (called && await index.GetAsync(RunId, cancellationToken) is { End: not null })
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
            await ledger.AddAsync(row.CorrectionOf(stands), cancellationToken);
        }

        await ReleaseAsync(cancellationToken); // else this delivery would wait for itself
        throw new AttemptSupersededException(row.Key);
    }

    /// <summary>The delivery has left all that it had to leave.</summary>
    public void Finish()
    {
        if (_lease is { } lease)
        {
            keeper.Drop(lease);
        }
    }

    /// <summary>The delivery ends without all that it had to leave.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) =>
        _lease is { } lease ? keeper.ReleaseAsync(lease, cancellationToken) : Task.CompletedTask;

    static bool Same(AttemptRow a, AttemptRow b) => a.Outcome == b.Outcome && a.CostUsd == b.CostUsd && a.Usage == b.Usage
        && a.LatencyMs == b.LatencyMs && a.PromptSha256 == b.PromptSha256 && a.OutputSha256 == b.OutputSha256;
}
