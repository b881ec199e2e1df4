using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Functions.Durable;

namespace DurableRouter.Functions.Activities;

/// <summary>What an activity function gets. Persisted in the task hub as a JSON object that a person can read there.</summary>
/// <param name="SchemaVersion">2. Version 1 was the same object as a string of JSON, with <c>input</c> inside; it is read.</param>
/// <param name="Number">The call's place in the run, 1, 2, 3 ... in the order in which the workflow made them: the same on every replay.</param>
/// <param name="Input">Of the activity's own input type.</param>
/// <param name="Lost">How many deliveries of this very call the Functions host has reported as lost with their process.</param>
[JsonConverter(typeof(ActivityCallJson))]
public sealed record ActivityCall(int SchemaVersion, string RunId, int Number, JsonElement Input, int Lost = 0);

sealed class ActivityCallJson : HubMessageJson<ActivityCall>
{
    protected override ActivityCall Read(JsonElement message) => new(message.GetProperty("schemaVersion").GetInt32(), message.GetProperty("runId").GetString()!,
        message.GetProperty("number").GetInt32(), Payload(message, "input")!.Value,
        message.TryGetProperty("lost", out var lost) ? lost.GetInt32() : 0);

    public override void Write(Utf8JsonWriter writer, ActivityCall value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", value.SchemaVersion);
        writer.WriteString("runId", value.RunId);
        writer.WriteNumber("number", value.Number);
        if (value.Lost > 0)
        {
            writer.WriteNumber("lost", value.Lost);
        }

        WritePayload(writer, "input", value.Input);
        writer.WriteEndObject();
    }
}
