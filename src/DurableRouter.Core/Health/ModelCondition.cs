namespace DurableRouter.Core.Health;

/// <summary>A model's health in this instance at one moment.</summary>
/// <param name="Failures">Upstream failures in a row.</param>
/// <param name="LastFailure">The code of the last of them; null while there is none.</param>
/// <param name="OpenUntil">From when on a probe may go out, UTC; null unless the circuit is open.</param>
/// <param name="Waiting">Calls that keep a place for a later time, because of the model's limits.</param>
public sealed record ModelCondition(CircuitState Circuit, int Failures, string? LastFailure, DateTimeOffset? OpenUntil, int Waiting);

public enum CircuitState
{
    /// <summary>Calls go out.</summary>
    Closed,

    /// <summary>No call goes out.</summary>
    Open,

    /// <summary>One call finds out whether the model is well again.</summary>
    Probing,
}
