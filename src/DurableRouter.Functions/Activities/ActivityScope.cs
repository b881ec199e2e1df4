using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Activities;

/// <summary>What one delivery of an activity gets. The task hub delivers at least once, to any instance; the ledger tells deliveries apart.</summary>
sealed class ActivityScope(ActivityDelivery delivery, CallRecord? record, IContentStore content, ILedgerWriter ledger, IAttemptLeases leases, LeaseKeeper keeper,
    TimeProvider clock) : IActivityScope
{
    LeaseKeeper.Held? _lease;

    public string RunId => delivery.RunId;

    public TimeProvider Clock => clock;

    public IContentStore Content => content;

    /// <summary>What the activity booked. It goes into the store with the activity's result.</summary>
    public AttemptRow? Row { get; private set; }

    /// <summary>Whether that row has an intent.</summary>
    public bool AnswersIntent { get; private set; }

    /// <summary>The first delivery takes the lease and calls. Every other one waits for its owner, and takes what it leaves.</summary>
    /// <exception cref="CallAnsweredException">An earlier delivery has left the call's result.</exception>
    public async ValueTask<AttemptClaim> ClaimAttemptAsync(AttemptIntent intent, CancellationToken cancellationToken)
    {
        if (record is not null && Row is null && _lease is null)
        {
            var written = await record.BeginAsync(new NewIntent(intent, Guid.NewGuid().ToString("N"), clock.GetUtcNow()), cancellationToken);
            if (written.Lease is { } lease)
            {
                (_lease, AnswersIntent) = (keeper.Hold(lease), true);
                return AttemptClaim.Fresh;
            }

            if (written.Result == RunWriteResult.Unknown)
            {
                throw RunNotOpenException.Unknown(RunId);
            }

            if (written.Result == RunWriteResult.IntentTaken)
            {
                await record.BeginAsync(null, cancellationToken); // a call of another number has the attempt's intent
            }

            if ((record.IsRedelivery || record.Ended is not null) && await record.ResultAsync(cancellationToken) is { } result)
            {
                // An orchestration that asks for what its ended run has was rewound: it has to open the run first.
                throw record.Ended is { } ended ? RunNotOpenException.Ended(RunId, ended) : new CallAnsweredException(result);
            }
        }

        if (await leases.FindAsync(RunId, intent.Key, cancellationToken) is null)
        {
            throw RunNotOpenException.Ended(RunId, delivery.Ended ?? record!.Ended!.Value); // nobody waits for it any more: no call, no cost
        }

        using var waits = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, delivery.Stopping);
        var claim = await new OwnerWatch(ledger, leases, clock).WaitAsync(RunId, intent.Key, delivery, waits.Token);
        AnswersIntent = claim.Kind == AttemptClaimKind.Unknown;
        return claim;
    }

    public ValueTask RecordAttemptAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        Row = row;
        return ValueTask.CompletedTask;
    }

    /// <summary>Books the row by itself: the call's entry stands already, or the run has ended.</summary>
    /// <param name="isLate">The run has ended: a call that came home is not the run's any more.</param>
    /// <exception cref="AttemptSupersededException">Another delivery has already booked the attempt differently.</exception>
    public async Task BookAsync(bool isLate, CancellationToken cancellationToken)
    {
        if (Row is not { } row)
        {
            return;
        }

        Row = null;
        var called = row.Outcome is AttemptOutcome.Ok or AttemptOutcome.Failed;
        row = called && isLate ? row with { Outcome = AttemptOutcome.LateDiscarded } : row;
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
    public Task ReleaseAsync(CancellationToken cancellationToken) => _lease is { } lease ? keeper.ReleaseAsync(lease, cancellationToken) : Task.CompletedTask;

    static bool Same(AttemptRow a, AttemptRow b) => a.Outcome == b.Outcome && a.CostUsd == b.CostUsd && a.Usage == b.Usage
        && a.LatencyMs == b.LatencyMs && a.PromptSha256 == b.PromptSha256 && a.OutputSha256 == b.OutputSha256;
}
