namespace DurableRouter.Core.Models.Simulated;

/// <summary>One line of the chaos script. A rule matches a call when every condition that it states holds.</summary>
/// <param name="Fault">What happens to a matching call.</param>
public sealed record SimulatedFaultRule(SimulatedFault Fault)
{
    /// <summary>Only calls of this role (`extract`); null: any.</summary>
    public string? Role { get; init; }

    /// <summary>Only calls to this model; null: any model that carries the rule.</summary>
    public string? Model { get; init; }

    /// <summary>Only calls whose user message holds this text, compared without case; null: any.</summary>
    public string? WhenContains { get; init; }

    /// <summary>Only the n-th call, from 1, among those that meet the other conditions; null: all of them.</summary>
    public int? NthCall { get; init; }

    /// <summary>Only this share of the calls, 0 to 1, drawn from the seed, the prompt and the call's number; null: all of them.</summary>
    public double? Probability { get; init; }

    /// <summary>What a refused call says about when to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long a `slow` call takes on top; the latency scale does not apply to it.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(30);
}
