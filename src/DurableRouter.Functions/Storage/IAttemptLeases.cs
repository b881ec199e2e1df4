namespace DurableRouter.Functions.Storage;

/// <summary>The leases in the rows of intents. Every write is conditional: of an owner that beats and a delivery that gives it up, one
/// wins.</summary>
public interface IAttemptLeases
{
    /// <summary>Null when the attempt has no intent: no call has gone out.</summary>
    Task<AttemptLease?> FindAsync(string runId, string key, CancellationToken cancellationToken);

    /// <summary>Renews leases for their owners.</summary>
    /// <param name="leases">Of one run; at most 100.</param>
    /// <param name="at">UTC; for people.</param>
    /// <returns>In the same order, each as it stands now; null for one that isn't its owner's any more.</returns>
    Task<IReadOnlyList<AttemptLease?>> BeatAsync(IReadOnlyList<AttemptLease> leases, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Ends the lease if nobody has written since it was read.</summary>
    /// <param name="state"><see cref="LeaseState.Released"/> or <see cref="LeaseState.GivenUp"/>.</param>
    /// <returns>False when it does not stand in this state now.</returns>
    Task<bool> TryEndAsync(AttemptLease lease, LeaseState state, CancellationToken cancellationToken);
}
