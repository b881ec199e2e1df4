using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Durable;

namespace DurableRouter.Functions.Activities;

/// <summary>The last thing an orchestration does: it says how the run ended. Persisted in the task hub.</summary>
/// <param name="SchemaVersion">2. Version 1 was the same object as a string of JSON; it is read.</param>
/// <param name="At">The orchestration's own time, UTC.</param>
/// <param name="Output">The workflow's output; null when its code threw.</param>
/// <param name="Row">The run's ledger row; null for a run without one.</param>
[JsonConverter(typeof(FinishRunJson))]
public sealed record FinishRun(int SchemaVersion, string RunId, RuntimeStatus Status, DateTimeOffset At, JsonElement? Output, RunError? Error, RunRow? Row)
{
    /// <summary>The output without its values, for lists.</summary>
    public JsonElement? Summary { get; init; }

    /// <summary>The workflow's last status.</summary>
    public RunProgress? Progress { get; init; }
}

sealed class FinishRunJson : HubMessageJson<FinishRun>
{
    protected override FinishRun Read(JsonElement message) => new(message.GetProperty("schemaVersion").GetInt32(), message.GetProperty("runId").GetString()!,
        Enum.Parse<RuntimeStatus>(message.GetProperty("status").GetString()!), message.GetProperty("at").GetDateTimeOffset(), Payload(message, "output"),
        message.TryGetProperty("error", out var error) ? error.Deserialize(FunctionsJson.Default.RunError) : null,
        Payload(message, "row")?.Deserialize(FunctionsJson.Default.RunRow))
    {
        Summary = Payload(message, "summary"),
        Progress = Payload(message, "progress")?.Deserialize(CoreJson.Default.RunProgress),
    };

    public override void Write(Utf8JsonWriter writer, FinishRun value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", value.SchemaVersion);
        writer.WriteString("runId", value.RunId);
        writer.WriteString("status", value.Status.ToString());
        writer.WriteString("at", value.At);
        if (value.Error is { } error)
        {
            writer.WritePropertyName("error");
            JsonSerializer.Serialize(writer, error, FunctionsJson.Default.RunError);
        }

        WriteIfAny("progress", value.Progress is { } progress ? JsonSerializer.SerializeToElement(progress, CoreJson.Default.RunProgress) : null);
        WriteIfAny("row", value.Row is { } row ? JsonSerializer.SerializeToElement(row, FunctionsJson.Default.RunRow) : null);
        WriteIfAny("summary", value.Summary);
        WriteIfAny("output", value.Output);
        writer.WriteEndObject();

        void WriteIfAny(string name, JsonElement? payload)
        {
            if (payload is { } given)
            {
                WritePayload(writer, name, given);
            }
        }
    }
}
