using DurableRouter.Core.Durability;

namespace DurableRouter.Engine.Storage;

/// <summary>What a run's row starts with.</summary>
/// <param name="WakeAt">Unix milliseconds.</param>
readonly record struct RunRecord(long No, string Id, string Workflow, int WorkflowVersion, RunIndexEntry Index, DateTimeOffset CreatedAt,
    RuntimeStatus Status, bool Busy, long? WakeAt, ReadOnlyMemory<byte> Input);

/// <summary>What changes in a run's row.</summary>
readonly record struct StoredRunState(DateTimeOffset UpdatedAt, RuntimeStatus Status, bool Busy, long? WakeAt, RunProgress? Progress,
    ReadOnlyMemory<byte>? Output, RunError? Error);
