using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Runs;

/// <summary>A run as readers see it, of the index's entry and the task hub's instance.</summary>
static class RunSnapshots
{
    static readonly byte[] Null = "null"u8.ToArray();

    /// <summary>Whether the index alone tells all of the run that readers see.</summary>
    /// <param name="withInput">Lists show none.</param>
    public static bool NeedsNoHub(RunEntry entry, bool withInput) => entry.End?.Progress is not null && (!withInput || entry.Input is not null);

    /// <param name="instance">With inputs and outputs; null where the index alone tells, and while the task hub has none.</param>
    public static RunSnapshot Of(RunEntry entry, OrchestrationMetadata? instance)
    {
        var updated = entry.End?.At ?? (instance?.LastUpdatedAt > entry.CreatedAt ? instance.LastUpdatedAt : entry.CreatedAt);

        // An end can be written without a change in the task hub, so it counts in the lowest bit.
        var version = updated.UtcTicks << 1 | (entry.End is null ? 0L : 1L);
        return new RunSnapshot(entry.RunId, entry.Workflow, entry.Index, entry.End?.Status ?? Status(instance), entry.CreatedAt, updated, version,
            entry.End?.Progress ?? Progress(instance), Input(entry, instance),
            entry.End?.Output is { } output ? JsonMarshal.GetRawUtf8Value(output).ToArray() : default(ReadOnlyMemory<byte>?), entry.End?.Error);
    }

    /// <summary>How the instance ended without having said so itself; null while it is live.</summary>
    public static RunEnding? EndOf(RunEntry entry, OrchestrationMetadata instance) => Status(instance) switch
    {
        RuntimeStatus.Completed => new(RuntimeStatus.Completed, instance.LastUpdatedAt, Parse(instance.SerializedOutput), null),
        RuntimeStatus.Terminated => new(RuntimeStatus.Terminated, instance.LastUpdatedAt, null, Terminated(Reason(instance))),
        RuntimeStatus.Failed => new(RuntimeStatus.Failed, instance.LastUpdatedAt, null, Failure(entry, instance)),
        _ => null,
    };

    public static RunError Terminated(string? reason) =>
        new(ErrorCodes.RunTerminated, reason ?? "Terminated by request; results and ledger are kept.");

    /// <summary>Who terminates an orchestration gives the reason as its output.</summary>
    static string? Reason(OrchestrationMetadata instance) =>
        Parse(instance.SerializedOutput) is { ValueKind: JsonValueKind.String } reason ? reason.GetString() : null;

    static RunError Failure(RunEntry entry, OrchestrationMetadata instance)
    {
        var details = instance.FailureDetails;
        var again = $"Results and ledger are kept. Start it again by POST /api/pipelines/{entry.Index.Pipeline}/runs with the input that "
            + $"GET /api/runs/{entry.RunId}?showInput=true shows.";
        return details?.ErrorType.Contains("NonDeterministic", StringComparison.Ordinal) == true
            ? new RunError(ErrorCodes.NonDeterminism, $"The workflow's code no longer follows the run's history: {details.ErrorMessage} {again}")
            : new RunError(ErrorCodes.WorkflowFailed, $"The orchestration failed: {details?.ErrorMessage ?? "the task hub gives no reason"} {again}");
    }

    static RuntimeStatus Status(OrchestrationMetadata? instance) => instance?.RuntimeStatus switch
    {
        null or OrchestrationRuntimeStatus.Pending => RuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Completed => RuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed => RuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated => RuntimeStatus.Terminated,
        OrchestrationRuntimeStatus.Suspended => RuntimeStatus.Suspended,
        _ => RuntimeStatus.Running,
    };

    static RunProgress? Progress(OrchestrationMetadata? instance) =>
        instance?.SerializedCustomStatus is { } json && json != "null" ? JsonSerializer.Deserialize(json, CoreJson.Default.RunProgress) : null;

    static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);

    static ReadOnlyMemory<byte> Input(RunEntry entry, OrchestrationMetadata? instance) =>
        entry.Input is { } input ? JsonMarshal.GetRawUtf8Value(input).ToArray()
        : instance?.SerializedInput is { } json ? Encoding.UTF8.GetBytes(json)
        : Null;
}
