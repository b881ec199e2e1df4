using DurableRouter.Core.Catalog;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models.Simulated;

namespace DurableRouter.Core.Models;

/// <summary>Turns the <c>simulate</c> part of a catalog entry into the simulated model's own options.</summary>
internal static class SimulatedSettings
{
    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: a fault that doesn't exist.</exception>
    public static SimulatedModelOptions From(ModelEntry model) => model.Simulate is not { } settings ? new() : new()
    {
        Skill = settings.Skill,
        LatencyScale = settings.Latency,
        Seed = settings.Seed,
        Faults = [.. settings.Faults.Select(rule => Rule(model, rule))],
    };

    static Simulated.SimulatedFaultRule Rule(ModelEntry model, Catalog.SimulatedFaultRule rule)
    {
        if (!SimulatedFaultNames.TryParse(rule.Fault, out var fault))
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid,
                $"{model.Source}: model '{model.Name}' has the fault '{rule.Fault}'; allowed: {string.Join(", ", SimulatedFaultNames.All)}.");
        }

        var result = new Simulated.SimulatedFaultRule(fault)
        {
            Role = rule.Role,
            WhenContains = rule.WhenContains,
            NthCall = rule.NthCall,
            Probability = rule.Probability,
            RetryAfter = rule.RetryAfter,
        };
        // The configuration has one time per rule: what a refusal asks for, and how late a slow answer is.
        return fault == SimulatedFault.Slow && rule.RetryAfter is { } delay ? result with { Delay = delay } : result;
    }
}
