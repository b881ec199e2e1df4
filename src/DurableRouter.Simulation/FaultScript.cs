using DurableRouter.Core.Definitions;

namespace DurableRouter.Simulation;

/// <summary>Applies the chaos script to one model's calls. Counts live as long as the client, so a restarted process counts anew.</summary>
sealed class FaultScript
{
    readonly IReadOnlyList<SimulatedFaultRule> rules;
    readonly SimulatedFault[] faults;
    readonly int[] matches;
    int calls;

    /// <exception cref="ArgumentException">A rule names no known fault.</exception>
    public FaultScript(IReadOnlyList<SimulatedFaultRule> rules)
    {
        this.rules = rules;
        matches = new int[rules.Count];
        faults = rules.Select(r => SimulatedFaultNames.TryParse(r.Fault, out var fault)
            ? fault
            : throw new ArgumentException($"Unknown fault '{r.Fault}'; allowed: {string.Join(", ", SimulatedFaultNames.All)}.", nameof(rules))).ToArray();
    }

    /// <summary>The rule that decides this call, or null. Each rule counts its own matches, also of calls that an earlier rule decided.</summary>
    public (SimulatedFault Fault, SimulatedFaultRule Rule)? Next(SimulatedPrompt prompt, SeededRolls rolls)
    {
        var call = Interlocked.Increment(ref calls);
        (SimulatedFault, SimulatedFaultRule)? decided = null;
        for (var i = 0; i < rules.Count; i++)
        {
            if (!Concerns(rules[i], prompt))
            {
                continue;
            }

            var match = Interlocked.Increment(ref matches[i]);
            if (decided is null && Strikes(rules[i], i, match, call, rolls))
            {
                decided = (faults[i], rules[i]);
            }
        }

        return decided;
    }

    static bool Concerns(SimulatedFaultRule rule, SimulatedPrompt prompt) =>
        (rule.Role is null || rule.Role == prompt.Role)
        && (rule.WhenContains is null || prompt.UserText.Contains(rule.WhenContains, StringComparison.OrdinalIgnoreCase));

    static bool Strikes(SimulatedFaultRule rule, int index, int match, int call, SeededRolls rolls) =>
        (rule.NthCall is null || rule.NthCall == match)
        && (rule.Probability is not { } share || rolls.Unit($"fault/{index}/{call}") < share);
}
