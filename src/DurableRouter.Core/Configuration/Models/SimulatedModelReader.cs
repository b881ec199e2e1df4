using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Models;

/// <summary>Reads <c>simulate</c> of a model.</summary>
static class SimulatedModelReader
{
    /// <summary>A simulated model that says nothing about itself: of middling skill, with plausible latency, without faults.</summary>
    public static readonly SimulatedModel Default = new(3, 1, 0, []);

    public static SimulatedModel? Read(MapReader model, ProviderEntry? provider)
    {
        if (provider is { Kind: not ProviderKind.Simulated })
        {
            model.Refuse("simulate", $"provider '{provider.Name}' is not simulated");
            return null;
        }

        if (model.Map("simulate") is not { } map)
        {
            return provider is null ? null : Default;
        }

        var simulated = new SimulatedModel(map.IntegerOrNull("skill", 1, 5) ?? Default.Skill, map.NumberOrNull("latency", 0, 100) ?? Default.Latency,
            map.IntegerOrNull("seed", 0, int.MaxValue) ?? Default.Seed, [.. map.Items("faults").Select(item => Fault(item, map))]);
        map.Close();
        return simulated;
    }

    static SimulatedFaultRule Fault(ConfigNode item, MapReader parent)
    {
        if (MapReader.Open(item, parent.Problems, $"a fault of {parent.What}") is not { } map)
        {
            return new SimulatedFaultRule("", null, null, null, null, null);
        }

        if (!map.Has("fault"))
        {
            map.Required("fault");
        }

        var rule = new SimulatedFaultRule(map.Word("fault", CatalogWords.SimulatedFaults) ?? "", map.Word("role", PipelineWords.ModelKinds),
            map.IntegerOrNull("nthCall", 1, int.MaxValue), map.NumberOrNull("probability", 0, 1), map.TextOrNull("whenContains"),
            map.DurationOrNull("retryAfter"), map.DurationOrNull("delay"));
        map.Close();
        return rule;
    }
}
