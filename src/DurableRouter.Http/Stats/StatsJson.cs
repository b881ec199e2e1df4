using System.Text.Json;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Http.Stats;

public sealed record CostStats(CostGrouping GroupBy, IReadOnlyList<CostGroup> Groups);

/// <summary>Writes sums over the ledger; the command line's <c>cost --json</c> and <c>stats --json</c> print the same.</summary>
public static class StatsJson
{
    public static void Write(Utf8JsonWriter json, CostStats cost)
    {
        json.WriteStartObject();
        json.WriteString("groupBy", cost.GroupBy.ToString().ToLowerInvariant());
        json.WriteStartArray("value");
        foreach (var g in cost.Groups)
        {
            json.WriteStartObject();
            json.WriteString("key", g.Key);
            json.WriteNumber("runs", g.Runs);
            json.WriteNumber("attempts", g.Attempts);
            json.WriteNumber("failed", g.Failed);
            json.WriteNumber("simulated", g.Simulated);
            json.WriteNumber("inputTokens", g.InputTokens);
            json.WriteNumber("cachedInputTokens", g.CachedInputTokens);
            json.WriteNumber("outputTokens", g.OutputTokens);
            json.WriteNumber("reasoningTokens", g.ReasoningTokens);
            json.WriteNumber("costUsd", g.CostUsd);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("totalUsd", cost.Groups.Sum(g => g.CostUsd));
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<RoutingGroup> routing)
    {
        json.WriteStartObject();
        json.WriteStartArray("value");
        foreach (var g in routing)
        {
            json.WriteStartObject();
            json.WriteString("pipeline", g.Pipeline);
            json.WriteString("step", g.Step);
            json.WriteString("rule", g.Rule);
            json.WriteNumber("decisions", g.Decisions);
            json.WriteNumber("firstChoice", g.FirstChoice);
            json.WriteNumber("fallbacks", g.Fallbacks);
            json.WriteNumber("human", g.Human);
            json.WriteNumber("unanswered", g.Unanswered);
            json.WriteNumber("misroutes", g.Misroutes);
            json.WriteNumber("degraded", g.Degraded);
            json.WriteNumber("attempts", g.Attempts);
            json.WriteNumber("costUsd", g.CostUsd);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("decisions", routing.Sum(g => g.Decisions));
        json.WriteNumber("misroutes", routing.Sum(g => g.Misroutes));
        json.WriteEndObject();
    }
}
