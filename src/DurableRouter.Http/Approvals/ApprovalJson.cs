using System.Text.Json;
using DurableRouter.Core;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Steps;

namespace DurableRouter.Http.Approvals;

/// <summary>Writes an approval as a person sees it. What its edits are checked with stays inside.</summary>
public static class ApprovalJson
{
    public static void Write(Utf8JsonWriter json, ApprovalRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id", record.Id);
        json.WriteString("runId", record.RunId);
        json.WriteString("pipeline", record.Pipeline);
        json.WriteString("step", record.Step);
        json.WriteNumber("revision", record.Revision);
        json.WriteString("kind", Words.Of(record.Kind));
        json.WriteString("status", Words.Of(record.Status));
        json.WriteString("group", record.Group);
        json.WriteString("requester", record.Requester);
        json.WriteString("digest", record.Digest);
        json.WritePropertyName("facts");
        JsonSerializer.Serialize(json, record.Facts, CoreJson.Default.ApprovalFacts);
        json.WriteString("requestedTime", record.RequestedAt.UtcDateTime);
        json.WriteString("expiresTime", record.ExpiresAt.UtcDateTime);
        json.WriteString("onTimeout", record.OnTimeout);
        if (record.Decision is not null)
        {
            json.WritePropertyName("decision");
            WriteReceipt(json, record);
        }

        json.WriteEndObject();
    }

    /// <summary>The decision of a decided approval, with its receipt.</summary>
    public static void WriteReceipt(Utf8JsonWriter json, ApprovalRecord record)
    {
        var decision = record.Decision!;
        json.WriteStartObject();
        json.WriteString("id", record.Id);
        json.WriteString("runId", record.RunId);
        json.WriteString("decision", Words.Of(decision.Decision));
        json.WriteString("subject", decision.Subject);
        json.WriteString("comment", decision.Comment);
        json.WriteString("decidedTime", decision.DecidedAt.UtcDateTime);
        json.WriteString("digest", record.Digest);
        json.WriteString("receipt", decision.Receipt);
        json.WriteEndObject();
    }
}
