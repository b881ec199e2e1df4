using System.Text.Json.Serialization;

namespace DurableRouter.Functions.Activities;

/// <summary>An orchestration whose call was refused, because its run is unknown or has ended, says what it is. Persisted in the task
/// hub.</summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="Workflow">The workflow's persisted name.</param>
/// <param name="StartedAt">The orchestration's own time at its first turn, UTC.</param>
/// <param name="Pipeline">As its input has it.</param>
/// <param name="Requester">The same.</param>
/// <param name="Content">Addresses of the stored values that its input refers to.</param>
public sealed record AdoptRun(
    [property: JsonPropertyName("schemaVersion")] int SchemaVersion,
    [property: JsonPropertyName("runId")] string RunId,
    [property: JsonPropertyName("workflow")] string Workflow,
    [property: JsonPropertyName("workflowVersion")] int WorkflowVersion,
    [property: JsonPropertyName("startedAt")] DateTimeOffset StartedAt,
    [property: JsonPropertyName("pipeline")] string Pipeline,
    [property: JsonPropertyName("requester")] string? Requester,
    [property: JsonPropertyName("content")] IReadOnlyList<string> Content);

/// <summary>The answer to an <see cref="AdoptRun"/>. Persisted in the task hub.</summary>
static class Adoption
{
    /// <summary>The run is known and live now: go on.</summary>
    public const string Open = "open";

    /// <summary>The run has ended, and its orchestration is about to hear of it.</summary>
    public const string Ended = "ended";

    /// <summary>The run had ended before this orchestration took its id.</summary>
    public const string Taken = "taken";
}
