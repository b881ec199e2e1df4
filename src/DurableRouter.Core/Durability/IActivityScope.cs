using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Durability;

/// <summary>What one delivery of an activity gets from its host.</summary>
public interface IActivityScope
{
    string RunId { get; }

    /// <summary>UTC. The wall clock: activities are not replayed.</summary>
    TimeProvider Clock { get; }

    IContentStore Content { get; }

    /// <summary>Makes the intent of a billed call durable, or tells that an earlier delivery did. Call it before the request leaves.</summary>
    /// <returns><see cref="AttemptClaimKind.Fresh"/>: the call may go out. <see cref="AttemptClaimKind.Unknown"/>: an earlier delivery may
    /// have made it and left no result; never call again. <see cref="AttemptClaimKind.Recorded"/>: the row of an earlier delivery.</returns>
    ValueTask<AttemptClaim> ClaimAttemptAsync(AttemptIntent intent, CancellationToken cancellationToken);

    /// <summary>Adds the attempt's row to the ledger: durable no later than the activity's own result. A second row for the same key with
    /// the same content is not an error and adds nothing.</summary>
    ValueTask RecordAttemptAsync(AttemptRow row, CancellationToken cancellationToken);
}

public enum AttemptClaimKind
{
    Fresh,
    Unknown,
    Recorded,
}

/// <param name="Kind">What an earlier delivery left.</param>
/// <param name="Row">The recorded row when <paramref name="Kind"/> is <see cref="AttemptClaimKind.Recorded"/>.</param>
public sealed record AttemptClaim(AttemptClaimKind Kind, AttemptRow? Row = null)
{
    public static readonly AttemptClaim Fresh = new(AttemptClaimKind.Fresh);
    public static readonly AttemptClaim Unknown = new(AttemptClaimKind.Unknown);
}
