namespace DurableRouter.Core.Models.Simulated;

/// <summary>A refusal that a real endpoint would have sent on the wire. The caller maps it to its failure codes.</summary>
public sealed class SimulatedFaultException(SimulatedFault fault, TimeSpan? retryAfter)
    : Exception($"Simulated fault: {fault}.")
{
    public SimulatedFault Fault { get; } = fault;

    /// <summary>The wait that the endpoint asked for; null when it said nothing.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
