using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Mutants;

/// <summary>Passes everything on; each mutant overrides what it breaks.</summary>
class MutantLeases(IAttemptLeases inner) : IAttemptLeases
{
    public virtual Task<AttemptLease?> FindAsync(string runId, string key, CancellationToken cancellationToken) => inner.FindAsync(runId, key, cancellationToken);

    public virtual Task<IReadOnlyList<AttemptLease?>> BeatAsync(IReadOnlyList<AttemptLease> leases, DateTimeOffset at, CancellationToken cancellationToken) =>
        inner.BeatAsync(leases, at, cancellationToken);

    public virtual Task<bool> TryEndAsync(AttemptLease lease, LeaseState state, CancellationToken cancellationToken) =>
        inner.TryEndAsync(lease, state, cancellationToken);
}

/// <summary>A lease is never given up.</summary>
sealed class KeepsLeases(IAttemptLeases inner) : MutantLeases(inner)
{
    public override Task<bool> TryEndAsync(AttemptLease lease, LeaseState state, CancellationToken cancellationToken) => Task.FromResult(false);
}

/// <summary>Who looks at a lease that another holds finds it free.</summary>
sealed class SharesLeases(IAttemptLeases inner) : MutantLeases(inner)
{
    public override async Task<AttemptLease?> FindAsync(string runId, string key, CancellationToken cancellationToken) =>
        await base.FindAsync(runId, key, cancellationToken) is { } lease ? lease with { State = LeaseState.Released } : null;
}

/// <summary>Beats of living owners get lost.</summary>
sealed class LosesBeats(IAttemptLeases inner) : MutantLeases(inner)
{
    public override Task<IReadOnlyList<AttemptLease?>> BeatAsync(IReadOnlyList<AttemptLease> leases, DateTimeOffset at, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AttemptLease?>>([.. leases]);
}
