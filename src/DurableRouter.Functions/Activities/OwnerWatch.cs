using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Activities;

/// <summary>Waits for the delivery that owns an attempt's call, as long as it lives.</summary>
/// <remarks>
/// Whether it lives shows in its beat alone: an owner whose beat has not changed while this process looked for
/// <see cref="AttemptLease.MissedBeats"/> beats is silent. Times of two machines are never compared. A look that came late counts for little,
/// and one that failed for nothing: what kept this process from looking may have kept the owner from beating.
/// </remarks>
sealed class OwnerWatch(ILedgerWriter ledger, IAttemptLeases leases, TimeProvider clock)
{
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <param name="isAnswered">Whether the owner has left all that it had to leave, now that its row is there.</param>
    /// <param name="forLiving">False: throws when it sees the owner beat.</param>
    /// <returns>Its row, or <see cref="AttemptClaim.Unknown"/> when it has ended, or was given up, without one.</returns>
    /// <exception cref="AttemptUnderWayException">The owner lives, and the caller doesn't wait for that.</exception>
    public async Task<AttemptClaim> WaitAsync(string runId, string key, Func<Task<bool>> isAnswered, bool forLiving,
        CancellationToken cancellationToken)
    {
        long? beat = null;
        long? lastLook = null;
        var silence = TimeSpan.Zero;
        while (true)
        {
            try
            {
                var look = clock.GetTimestamp();
                var row = await ledger.FindAsync(runId, key, cancellationToken); // before the lease: an owner books before it ends
                if (row is not null && await isAnswered())
                {
                    return new AttemptClaim(AttemptClaimKind.Recorded, row);
                }

                var lease = (await leases.FindAsync(runId, key, cancellationToken))!; // nothing removes intents
                if (beat is not null && lease.Beat != beat && !forLiving && lease.State == LeaseState.Held)
                {
                    throw new AttemptUnderWayException(key);
                }

                silence = lease.Beat == beat && lastLook is { } last ? silence + Shorter(clock.GetElapsedTime(last, look), LookEvery * 2)
                    : TimeSpan.Zero;
                (beat, lastLook) = (lease.Beat, look);
                var isSilent = silence >= lease.BeatEvery * AttemptLease.MissedBeats;
                if (lease.State != LeaseState.Held || (isSilent && await leases.TryEndAsync(lease, LeaseState.GivenUp, cancellationToken)))
                {
                    return row is null ? AttemptClaim.Unknown : new AttemptClaim(AttemptClaimKind.Recorded, row);
                }
            }
            catch (DurableRouterException e) when (e.Code == ErrorCodes.StorageBusy)
            {
                lastLook = null;
            }

            await Task.Delay(LookEvery, clock, cancellationToken);
        }
    }

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
