namespace DurableRouter.Functions.Storage;

/// <summary>An attempt's intent, as it stood when it was last read or written.</summary>
/// <param name="Owner">Drawn by the delivery that makes the call; null in rows of 0.1, whose owners never beat.</param>
/// <param name="Beat">How often the owner has renewed it.</param>
/// <param name="BeatEvery">How often the owner renews it while its call is out.</param>
/// <param name="Tag">The row's, for the next conditional write.</param>
public sealed record AttemptLease(string RunId, string Key, string? Owner, long Beat, TimeSpan BeatEvery, LeaseState State, string Tag)
{
    /// <summary>The beat of this app's owners, and what is taken for that of owners that never beat.</summary>
    public static readonly TimeSpan DefaultBeat = TimeSpan.FromSeconds(5);

    /// <summary>An owner that misses so many beats is given up.</summary>
    public const int MissedBeats = 3;

    /// <summary>The same of an owner whose process the Functions host has probably reported as dead: had it lived, a beat would have come by then.</summary>
    public const double MissedBeatsOfReportedLost = 1.5;
}

/// <summary>Persisted by name.</summary>
public enum LeaseState
{
    Held,

    /// <summary>Its owner does nothing for the attempt any more.</summary>
    Released,

    /// <summary>Another delivery saw no beat of the owner.</summary>
    GivenUp,
}
