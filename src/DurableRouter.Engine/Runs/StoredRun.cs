using DurableRouter.Core.Durability;

namespace DurableRouter.Engine.Runs;

/// <summary>A run as the store has it, without its history.</summary>
sealed record StoredRun(long No, string Id, string Workflow, int WorkflowVersion, RunIndexEntry Index, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, RuntimeStatus Status, bool Busy, bool Purged, ReadOnlyMemory<byte> Input, ReadOnlyMemory<byte>? Output,
    RunError? Error, RunProgress? Progress);
