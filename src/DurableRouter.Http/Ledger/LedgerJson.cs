using System.Text.Json;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Http.Ledger;

/// <summary>Writes a run's ledger: the shape of the HTTP interface and of the command line's <c>--json</c>.</summary>
public static class LedgerJson
{
    public static void Write(Utf8JsonWriter json, RunLedger ledger)
    {
        json.WriteStartObject();
        json.WriteString("id", ledger.RunId);
        json.WriteStartArray("attempts");
        foreach (var attempt in ledger.Attempts)
        {
            WriteAttempt(json, attempt);
        }

        json.WriteEndArray();
        json.WriteNumber("totalUsd", ledger.TotalUsd);
        WriteTotals(json, "byStep", "step", ledger.ByStep);
        WriteTotals(json, "byModel", "model", ledger.ByModel);
        WriteBaseline(json, ledger.Row);
        json.WriteBoolean("fallbackUsed", ledger.FallbackUsed);
        json.WriteEndObject();
    }

    static void WriteAttempt(Utf8JsonWriter json, AttemptRow attempt)
    {
        json.WriteStartObject();
        json.WriteString("key", attempt.Key);
        json.WriteString("step", attempt.Step);
        json.WriteString("role", attempt.Role);
        json.WriteNumber("revision", attempt.Revision);
        json.WriteNumber("attempt", attempt.Ordinal);
        json.WriteNumber("candidate", attempt.Candidate);
        json.WriteString("tier", attempt.Tier);
        json.WriteString("model", attempt.Model);
        json.WriteString("provider", attempt.Provider);
        WriteIfAny(json, "modelEcho", attempt.ModelEcho);
        json.WriteString("outcome", Words.Of(attempt.Outcome));
        WriteIfAny(json, "corrects", attempt.Corrects);
        WriteIfAny(json, "failureCode", attempt.FailureCode);
        WriteIfAny(json, "failureMessage", attempt.FailureMessage);
        json.WriteNumber("inputTokens", attempt.Usage.Input);
        json.WriteNumber("cachedInputTokens", attempt.Usage.CachedInput);
        json.WriteNumber("outputTokens", attempt.Usage.Output);
        json.WriteNumber("reasoningTokens", attempt.Usage.Reasoning);
        json.WriteString("usageSource", Words.Of(attempt.UsageSource));
        json.WriteBoolean("usageSuspect", attempt.UsageSuspect);
        json.WriteNumber("costUsd", attempt.CostUsd);
        if (attempt.ProviderCostUsd is { } told)
        {
            json.WriteNumber("providerCostUsd", told);
        }

        json.WriteString("priceAsOf", attempt.PriceAsOf.ToString("yyyy-MM-dd", null));
        json.WriteString("startedTime", attempt.StartedAt.UtcDateTime);
        json.WriteNumber("latencyMs", attempt.LatencyMs);
        if (attempt.FirstByteMs is { } firstByte)
        {
            json.WriteNumber("firstByteMs", firstByte);
        }

        json.WriteBoolean("degraded", attempt.DegradedReason is not null);
        WriteIfAny(json, "degradedReason", attempt.DegradedReason);
        WriteIfAny(json, "misroute", attempt.Misroute);
        json.WriteBoolean("simulated", attempt.Simulated);
        json.WriteString("rule", attempt.Rule);
        if (attempt.RouterInvalid)
        {
            json.WriteBoolean("routerInvalid", true);
        }

        CheckJson.WriteList(json, attempt.Checks);
        WriteIfAny(json, "promptSha256", attempt.PromptSha256);
        WriteIfAny(json, "outputSha256", attempt.OutputSha256);
        WriteIfAny(json, "approval", attempt.Approval);
        json.WriteEndObject();
    }

    static void WriteTotals(Utf8JsonWriter json, string name, string key, IReadOnlyList<LedgerTotal> totals)
    {
        json.WriteStartArray(name);
        foreach (var total in totals)
        {
            json.WriteStartObject();
            json.WriteString(key, total.Key);
            json.WriteNumber("attempts", total.Attempts);
            json.WriteNumber("inputTokens", total.InputTokens);
            json.WriteNumber("cachedInputTokens", total.CachedInputTokens);
            json.WriteNumber("outputTokens", total.OutputTokens);
            json.WriteNumber("reasoningTokens", total.ReasoningTokens);
            json.WriteNumber("costUsd", total.CostUsd);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void WriteBaseline(Utf8JsonWriter json, RunRow? row)
    {
        if (row is not { BaselineModel: { } model, BaselineUsd: { } usd })
        {
            json.WriteNull("baseline");
            return;
        }

        json.WriteStartObject("baseline");
        json.WriteString("model", model);
        json.WriteString("method", row.BaselineMethod == BaselineMethod.Executed ? "executed" : "repriced");
        json.WriteNumber("usd", usd);
        json.WriteEndObject();
    }

    static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
