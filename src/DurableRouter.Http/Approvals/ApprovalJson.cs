using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Messages;

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
        WriteCount(json, record);
        json.WriteStartArray("groups");
        foreach (var group in record.Groups)
        {
            json.WriteStringValue(group);
        }

        json.WriteEndArray();
        json.WriteStartArray("escalations");
        foreach (var escalation in record.Escalations)
        {
            json.WriteStartObject();
            json.WriteString("group", escalation.Group);
            json.WriteString("time", escalation.At.UtcDateTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("votes");
        foreach (var vote in record.Votes)
        {
            WriteReceipt(json, new DecidedApproval(record, vote));
        }

        json.WriteEndArray();
        if (record.Decision is { } decision)
        {
            json.WritePropertyName("decision");
            WriteReceipt(json, new DecidedApproval(record, decision));
        }

        json.WriteEndObject();
    }

    /// <summary>One person's vote, with its receipt.</summary>
    public static void WriteReceipt(Utf8JsonWriter json, DecidedApproval decided)
    {
        var (record, vote) = decided;
        json.WriteStartObject();
        json.WriteString("id", record.Id);
        json.WriteString("runId", record.RunId);
        json.WriteString("decision", Words.Of(vote.Decision));
        json.WriteString("subject", vote.Subject);
        json.WriteString("via", vote.Via);
        json.WriteString("comment", vote.Comment);
        if (vote.Edits is { } edits)
        {
            json.WritePropertyName("edits");
            edits.WriteTo(json);
        }

        json.WriteString("decidedTime", vote.DecidedAt.UtcDateTime);
        json.WriteString("digest", record.Digest);
        json.WriteString("receipt", vote.Receipt);
        json.WriteString("status", Words.Of(record.Status));
        WriteCount(json, record);
        json.WriteEndObject();
    }

    static void WriteCount(Utf8JsonWriter json, ApprovalRecord record)
    {
        json.WriteStartObject("approvals");
        json.WriteNumber("given", record.Votes.Count(v => v.Decision == ApprovalStatus.Approved));
        json.WriteNumber("needed", record.Approvals ?? 1);
        json.WriteEndObject();
    }
}
