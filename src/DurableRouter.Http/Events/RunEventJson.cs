using System.Text.Json;

namespace DurableRouter.Http.Events;

/// <summary>Writes an event with what a follower needs; inputs, outputs and prompts stay out.</summary>
public static class RunEventJson
{
    static readonly string[] OfAttempt = ["step", "revision", "ordinal", "candidate", "model", "rule", "degradedReason"];
    static readonly string[] OfResult = ["outcome", "failure", "costUsd", "latencyMs", "usage", "checks", "heldUntil"];
    static readonly string[] OfApproval = ["step", "kind", "group", "digest", "expiresAt", "status", "subject", "decidedAt"];

    public static void Write(Utf8JsonWriter json, string runId, RunEvent told)
    {
        json.WriteStartObject();
        json.WriteString("id", told.Id.ToString());
        json.WriteString("type", told.Type);
        json.WriteString("time", told.At.UtcDateTime);
        json.WriteString("runId", runId);
        switch (told.Type)
        {
            case RunEventTypes.StepStarted or RunEventTypes.StepFellBack:
                Copy(json, told.Data, OfAttempt);
                break;
            case RunEventTypes.StepAttempt or RunEventTypes.StepCompleted:
                Copy(json, told.Source, OfAttempt);
                Copy(json, told.Data, OfResult);
                break;
            case RunEventTypes.ApprovalRequested or RunEventTypes.ApprovalDecided or RunEventTypes.BudgetPaused:
                // Question and answer repeat each other; each name is written once.
                json.WriteString("approvalId", ApprovalId(told));
                Copy(json, told.Data, OfApproval);
                Copy(json, told.Source, [.. OfApproval.Where(n => told.Data is not { } data || !data.TryGetProperty(n, out _))]);
                break;
            case RunEventTypes.RunNeedsAttention:
                json.WriteString("message", "An activity threw. Everything is kept; see the run's status, then POST its resume.");
                break;
        }

        json.WriteNumber("totalUsd", told.TotalUsd);
        json.WriteEndObject();
    }

    static string? ApprovalId(RunEvent told) =>
        told.Data is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("id", out var id) ? id.GetString() : null;

    static void Copy(Utf8JsonWriter json, JsonElement? from, ReadOnlySpan<string> names)
    {
        if (from is not { ValueKind: JsonValueKind.Object } value)
            return;
        foreach (var name in names)
        {
            if (value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null)
            {
                json.WritePropertyName(name);
                found.WriteTo(json);
            }
        }
    }
}
