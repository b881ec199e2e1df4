using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Functions.Durable;

namespace DurableRouter.Functions.Activities;

/// <summary>What an activity function gives back. Persisted in the task hub as a JSON object that begins with what a person looks for.</summary>
/// <param name="SchemaVersion">2. Version 1 was the activity's output alone, as a string of JSON; it is read.</param>
/// <param name="Output">Of the activity's own output type: the workflow reads this member only.</param>
[JsonConverter(typeof(ActivityAnswerJson))]
public sealed record ActivityAnswer(int SchemaVersion, ActivityLabel Label, JsonElement Output);

sealed class ActivityAnswerJson : HubMessageJson<ActivityAnswer>
{
    protected override ActivityAnswer Read(JsonElement message) =>
        new(message.GetProperty("schemaVersion").GetInt32(), ActivityLabel.None, Payload(message, "output")!.Value);

    protected override ActivityAnswer ReadFirstVersion(JsonElement message) => new(1, ActivityLabel.None, message);

    public override void Write(Utf8JsonWriter writer, ActivityAnswer value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", value.SchemaVersion);
        WriteText("step", value.Label.Step);
        WriteText("model", value.Label.Model);
        WriteText("outcome", value.Label.Outcome);
        WriteText("costUsd", value.Label.CostUsd);
        WriteText("preview", value.Label.Preview);
        WritePayload(writer, "output", value.Output);
        writer.WriteEndObject();

        void WriteText(string name, string? text)
        {
            if (text is not null)
            {
                writer.WriteString(name, text);
            }
        }
    }
}
