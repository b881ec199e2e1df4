using System.Text.Json;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Models;

/// <summary>Reads one entry of <c>models</c>.</summary>
static class ModelReader
{
    const int MaxTokens = 100_000_000;

    public static ModelEntry? Read(MappingEntry entry, IReadOnlyDictionary<string, ProviderEntry> providers, ProblemReporter problems)
    {
        var what = $"model '{entry.Key}'";
        if (!Identifier.IsModel(entry.Key))
        {
            problems.Report(entry.Line, $"{what}: a model's name may hold {Identifier.ModelAllowed}");
        }

        if (MapReader.Open(entry.Value, problems, what) is not { } map)
        {
            return null;
        }

        var providerName = map.Text("provider");
        var provider = Provider(map, providerName, providers);
        var model = new ModelEntry
        {
            Name = entry.Key,
            Provider = providerName,
            Deployment = map.TextOrNull("deployment") is { Length: > 0 } deployment ? deployment : entry.Key,
            ModelEcho = map.TextOrNull("modelEcho") is { Length: > 0 } echo ? echo : null,
            Tier = map.Choice("tier", CatalogWords.Tiers, required: true) ?? default,
            Price = Price(map, provider),
            Limits = Limits(map),
            Capabilities = Capabilities(map),
            Stream = map.Flag("stream", true),
            Timeouts = Timeouts(map),
            Retries = RetriesReader.Read(map, new ModelRetries()),
            Circuit = Circuit(map),
            Params = Params(map),
            Simulate = SimulatedModelReader.Read(map, provider),
            Source = problems.Place(entry.Line),
        };
        map.Close();
        return model;
    }

    static ProviderEntry? Provider(MapReader map, string name, IReadOnlyDictionary<string, ProviderEntry> providers)
    {
        if (name.Length == 0 || providers.ContainsKey(name))
        {
            return providers.GetValueOrDefault(name);
        }

        map.Problems.Report(map.LineOf("provider"),
            $"provider of {map.What} is '{name}', which is not declared{Suggestion.For(name, providers.Keys)}; allowed: {string.Join(", ", providers.Keys)}");
        return null;
    }

    static ModelPrice Price(MapReader model, ProviderEntry? provider)
    {
        if (model.Map("price", required: true) is not { } map)
        {
            return new ModelPrice(0, 0, 0, "");
        }

        var (input, cached, output) = (map.Amount("input"), map.Amount("cachedInput"), map.Amount("output"));
        var price = new ModelPrice(input ?? 0, cached ?? 0, output ?? 0, map.Text("source"));
        map.Close();
        var free = provider is null or { Kind: ProviderKind.Simulated } or { Residency: CatalogWords.Local };
        foreach (var (key, amount) in new[] { ("input", input), ("cachedInput", cached), ("output", output) })
        {
            if (amount == 0 && !free)
            {
                map.Problems.Report(map.LineOf(key), $"{key} of {map.What} is 0; allowed only for simulated providers and residency: local, because an unknown price is not zero");
            }
        }

        return price;
    }

    static ModelLimits Limits(MapReader model)
    {
        if (model.Map("limits", required: true) is not { } map)
        {
            return new ModelLimits(1, 1);
        }

        var (context, output) = (map.Integer("context", 1, MaxTokens), map.Integer("output", 1, MaxTokens));
        var limits = new ModelLimits(context ?? 1, output ?? 1,
            map.IntegerOrNull("requestsPerMinute", 1, MaxTokens), map.IntegerOrNull("tokensPerMinute", 1, int.MaxValue),
            map.Word("outputKey", CatalogWords.OutputKeys));
        if (output > context)
        {
            map.Problems.Report(map.LineOf("output"), $"output of {map.What} is {output}, more than its context of {context}");
        }

        map.Close();
        return limits;
    }

    static ModelCapabilities Capabilities(MapReader model)
    {
        var defaults = new ModelCapabilities();
        if (model.Map("capabilities") is not { } map)
        {
            return defaults;
        }

        var capabilities = new ModelCapabilities(map.Flag("structuredOutput", defaults.StructuredOutput), map.Flag("tools", defaults.Tools),
            map.Flag("vision", defaults.Vision), map.IntegerOrNull("reasoning", 0, 5) ?? defaults.Reasoning,
            map.IntegerOrNull("toolReliability", 0, 5) ?? defaults.ToolReliability,
            map.Word("latency", CatalogWords.Latencies) ?? defaults.Latency, map.Flag("audio", defaults.Audio),
            map.Flag("temperature", defaults.Temperature));
        map.Close();
        return capabilities;
    }

    static ModelTimeouts Timeouts(MapReader model)
    {
        var defaults = new ModelTimeouts();
        if (model.Map("timeouts") is not { } map)
        {
            return defaults;
        }

        var timeouts = new ModelTimeouts
        {
            FirstByte = map.DurationOrNull("firstByte") ?? defaults.FirstByte,
            Idle = map.DurationOrNull("idle") ?? defaults.Idle,
            Total = map.DurationOrNull("total") ?? defaults.Total,
        };
        map.Close();
        return timeouts;
    }

    static CircuitPolicy Circuit(MapReader model)
    {
        var defaults = new CircuitPolicy();
        if (model.Map("circuit") is not { } map)
        {
            return defaults;
        }

        var circuit = new CircuitPolicy
        {
            Failures = map.IntegerOrNull("failures", 1, 1000) ?? defaults.Failures,
            ProbeAfter = map.DurationOrNull("probeAfter") ?? defaults.ProbeAfter,
        };
        map.Close();
        return circuit;
    }

    static Dictionary<string, JsonElement> Params(MapReader model)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var entry in model.Map("params")?.Entries ?? [])
        {
            if (CatalogWords.ReservedParams.Contains(entry.Key))
            {
                model.Problems.Report(entry.Line, $"params of {model.What} can't set '{entry.Key}': the request sets it");
            }

            values[entry.Key] = YamlScalar.ToJson(entry.Value, model.Problems);
        }

        return values;
    }
}
