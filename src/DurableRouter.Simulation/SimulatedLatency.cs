namespace DurableRouter.Simulation;

/// <summary>How long a call takes: until its first token, and in all.</summary>
readonly record struct SimulatedLatency(TimeSpan FirstToken, TimeSpan Total)
{
    const double TypicalOutputTokens = 400;

    /// <summary>A latency in the range of the skill's tier, longer for longer answers, up to twice the range.</summary>
    public static SimulatedLatency Of(int skill, long outputTokens, double scale, SeededRolls rolls)
    {
        var (low, high) = skill switch { <= 2 => (80, 200), 3 => (200, 500), _ => (400, 1100) };
        var length = Math.Clamp(outputTokens / TypicalOutputTokens, 0.5, 2);
        var total = (low + ((high - low) * rolls.Unit("latency"))) * length * scale;
        return new SimulatedLatency(TimeSpan.FromMilliseconds(total * 0.3), TimeSpan.FromMilliseconds(total));
    }
}
