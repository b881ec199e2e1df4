using System.Buffers;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Notifications;

/// <summary>The bodies of messages: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec). They hold facts, never a model's text or a key;
/// an approval's links are for the persons named beside them.</summary>
static class WebhookMessages
{
    public const string ContentType = "application/cloudevents+json";

    const string TypePrefix = "io.durablerouter.";

    /// <param name="links">Person and one-time link.</param>
    public static byte[] Approval(Delivery delivery, ApprovalRecord record, string baseUrl, IReadOnlyList<(string Subject, string Url)> links) =>
        Event(delivery.Id, delivery.Kind, record.Id, delivery.CreatedAt, baseUrl, json =>
        {
            json.WriteString("id", record.Id);
            json.WriteString("runId", record.RunId);
            json.WriteString("pipeline", record.Pipeline);
            json.WriteString("step", record.Step);
            json.WriteString("kind", Words.Of(record.Kind));
            Texts(json, "groups", record.Groups);
            json.WriteString("action", record.Facts.Action);
            Texts(json, "reasons", record.Facts.Reasons);
            json.WriteString("requester", record.Requester);
            json.WriteString("model", record.Facts.Model);
            json.WriteBoolean("simulated", record.Facts.Simulated);
            json.WriteNumber("costUsd", record.Facts.CostUsd);
            json.WriteString("digest", record.Digest);
            json.WriteString("expiresTime", record.ExpiresAt.UtcDateTime);
            json.WriteString("url", $"{baseUrl}/approve/{record.Id}");
            json.WriteStartArray("links");
            foreach (var (subject, url) in links)
            {
                json.WriteStartObject();
                json.WriteString("subject", subject);
                json.WriteString("url", url);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    public static byte[] Run(Delivery delivery, RunSnapshot run, string baseUrl) =>
        Event(delivery.Id, "run." + run.Status.ToString().ToLowerInvariant(), run.RunId, run.LastUpdatedAt, baseUrl, json =>
        {
            json.WriteString("id", run.RunId);
            json.WriteString("pipeline", run.Index.Pipeline);
            json.WriteString("runtimeStatus", run.Status.ToString());
            if (run.Output is { ValueKind: JsonValueKind.Object } output && output.TryGetProperty("outcome", out var outcome))
            {
                json.WritePropertyName("outcome");
                outcome.WriteTo(json);
            }

            if (run.Error is { } error)
            {
                json.WriteString("error", error.Code);
            }

            if (run.Progress is { } progress)
            {
                json.WriteNumber("costUsd", progress.CostUsd);
            }

            json.WriteString("statusQueryGetUri", $"{baseUrl}/api/runs/{run.RunId}");
        });

    static byte[] Event(string id, string type, string subject, DateTimeOffset time, string baseUrl, Action<Utf8JsonWriter> data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id);
            json.WriteString("source", baseUrl);
            json.WriteString("type", TypePrefix + type);
            json.WriteString("subject", subject);
            json.WriteString("time", time.UtcDateTime);
            json.WriteString("datacontenttype", "application/json");
            json.WriteStartObject("data");
            data(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
