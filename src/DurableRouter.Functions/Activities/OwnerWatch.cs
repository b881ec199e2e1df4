using DurableRouter.Core.Durability;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Activities;

/// <summary>Waits for the delivery that owns an attempt's call, as long as it lives.</summary>
/// <remarks>
/// Whether it lives shows in its beat alone: one that has not changed while this process looked for <see cref="AttemptLease.MissedBeats"/> beats
/// is silent. Times of two machines are never compared, and a look that came late counts for little: what kept this process from looking may
/// have kept the owner from beating.
/// </remarks>
sealed class OwnerWatch(ILedgerWriter ledger, IAttemptLeases leases, TimeProvider clock)
{
    const int LooksPerBeat = 5;

    /// <returns>Its row, or <see cref="AttemptClaim.Unknown"/> when it has ended, or was given up, without one.</returns>
    /// <exception cref="AttemptUnderWayException">The owner lives, and the delivery doesn't wait for that.</exception>
    public async Task<AttemptClaim> WaitAsync(string runId, string key, ActivityDelivery delivery, CancellationToken cancellationToken)
    {
        var missed = delivery.IsReportedLost ? AttemptLease.MissedBeatsOfReportedLost : AttemptLease.MissedBeats;
        AttemptLease? seen = null;
        var silence = TimeSpan.Zero;
        while (true)
        {
            // The row before the lease: an owner that has ended booked before.
            var looked = clock.GetTimestamp();
            var row = await ledger.FindAsync(runId, key, cancellationToken);
            if (row is not null)
            {
                return new AttemptClaim(AttemptClaimKind.Recorded, row);
            }

            var lease = (await leases.FindAsync(runId, key, cancellationToken))!; // nothing removes intents
            if (lease.State != LeaseState.Held
                || (silence >= lease.BeatEvery * missed && lease.Beat == seen?.Beat && await leases.TryEndAsync(lease, LeaseState.GivenUp, cancellationToken)))
            {
                return AttemptClaim.Unknown;
            }

            if (lease.Beat != seen?.Beat)
            {
                if (seen is not null && !delivery.WaitsForOwner)
                {
                    throw new AttemptUnderWayException(key);
                }

                (seen, silence) = (lease, TimeSpan.Zero);
            }

            var pause = lease.BeatEvery / LooksPerBeat;
            await Task.Delay(pause, clock, cancellationToken);
            var passed = clock.GetElapsedTime(looked);
            silence += passed < pause * 2 ? passed : pause * 2;
        }
    }
}
