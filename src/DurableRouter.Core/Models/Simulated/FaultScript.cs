namespace DurableRouter.Core.Models.Simulated;

/// <summary>Applies the chaos script to one model's calls. Counts live as long as the client, so a restarted process counts anew.</summary>
internal sealed class FaultScript(string model, IReadOnlyList<SimulatedFaultRule> rules)
{
    private readonly int[] matches = new int[rules.Count];
    private int calls;

    /// <summary>The rule that decides this call, or null. Each rule counts its own matches, also of calls that an earlier rule decided.</summary>
    public SimulatedFaultRule? Next(SimulatedPrompt prompt, SeededRolls rolls)
    {
        var call = Interlocked.Increment(ref calls);
        SimulatedFaultRule? decided = null;
        for (var i = 0; i < rules.Count; i++)
        {
            if (!Concerns(rules[i], prompt))
            {
                continue;
            }

            var match = Interlocked.Increment(ref matches[i]);
            if (decided is null && Strikes(rules[i], i, match, call, rolls))
            {
                decided = rules[i];
            }
        }

        return decided;
    }

    private bool Concerns(SimulatedFaultRule rule, SimulatedPrompt prompt) =>
        (rule.Role is null || rule.Role == prompt.Role)
        && (rule.Model is null || rule.Model == model)
        && (rule.WhenContains is null || prompt.UserText.Contains(rule.WhenContains, StringComparison.OrdinalIgnoreCase));

    private static bool Strikes(SimulatedFaultRule rule, int index, int match, int call, SeededRolls rolls) =>
        (rule.NthCall is null || rule.NthCall == match)
        && (rule.Probability is not { } share || rolls.Unit($"fault/{index}/{call}") < share);
}
