using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;

namespace DurableRouter.Http.Events;

/// <summary>Writes events: the shape of the HTTP interface, which the command line reads too.</summary>
public static class RunEventJson
{
    public static void WriteList(Utf8JsonWriter json, string runId, IReadOnlyList<RunEvent> events)
    {
        json.WriteStartObject();
        json.WriteStartArray("value");
        foreach (var told in events)
        {
            Write(json, runId, told);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, string runId, RunEvent told)
    {
        json.WriteStartObject();
        json.WriteString("id", told.Id.ToString());
        json.WriteString("type", told.Type);
        json.WriteString("time", told.At.UtcDateTime);
        json.WriteString("runId", runId);
        foreach (var member in JsonSerializer.SerializeToElement(told.Data, CoreJson.Default.RunEventData).EnumerateObject())
        {
            member.WriteTo(json);
        }

        if (told.Type == RunEventTypes.RunAttention)
        {
            json.WriteString("message", "An activity threw. Everything is kept; see the run's status, then POST its resume.");
        }

        json.WriteNumber("totalUsd", told.TotalUsd);
        json.WriteEndObject();
    }
}
