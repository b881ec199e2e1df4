using DurableRouter.Core.Models;

namespace DurableRouter.Simulation;

/// <summary>A refusal that a real endpoint would have sent on the wire.</summary>
public sealed class SimulatedFaultException(SimulatedFault fault, TimeSpan? retryAfter)
    : ModelRefusalException(StatusOf(fault), fault == SimulatedFault.QuotaExhausted ? "insufficient_quota" : null, retryAfter,
        $"Simulated fault: {fault}.")
{
    public SimulatedFault Fault { get; } = fault;

    static int StatusOf(SimulatedFault fault) => fault switch
    {
        SimulatedFault.RateLimited or SimulatedFault.QuotaExhausted => 429,
        SimulatedFault.ServerError => 503,
        _ => throw new InvalidOperationException($"The simulated fault {fault} is not a refusal."),
    };
}
