using System.ComponentModel.DataAnnotations;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Simulation;

/// <summary>How one simulated model behaves.</summary>
public sealed class SimulatedModelOptions
{
    public const int DefaultSkill = 3;

    /// <summary>1 (many mistakes) to 5 (nearly none). Skill 1-2 answers at the pace of a fast model, 3 of a balanced, 4-5 of a powerful one.</summary>
    [Range(1, 5)]
    public int Skill { get; set; } = DefaultSkill;

    /// <summary>Multiplies the plausible latency; 0 answers at once.</summary>
    [Range(0, 100)]
    public double LatencyScale { get; set; } = 1.0;

    /// <summary>Changes which mistakes and which latencies a model draws, never how many on average.</summary>
    public int Seed { get; set; }

    /// <summary>The chaos script. The first rule that matches a call decides it.</summary>
    public IReadOnlyList<SimulatedFaultRule> Faults { get; set; } = [];

    /// <summary>The options that a catalog entry's `simulate` key stands for; null stands for the defaults.</summary>
    public static SimulatedModelOptions From(SimulatedModel? entry) => entry is null
        ? new SimulatedModelOptions()
        : new SimulatedModelOptions { Skill = entry.Skill, LatencyScale = entry.Latency, Seed = entry.Seed, Faults = entry.Faults };
}
