using System.Text.Json.Serialization;

namespace DurableRouter.Functions.Activities;

/// <summary>A call that no process brought to its end. Persisted in the task hub.</summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="Activity">The activity's persisted name.</param>
public sealed record LostCall(
    [property: JsonPropertyName("schemaVersion")] int SchemaVersion,
    [property: JsonPropertyName("activity")] string Activity,
    [property: JsonPropertyName("call")] ActivityCall Call,
    [property: JsonPropertyName("message")] string Message);
