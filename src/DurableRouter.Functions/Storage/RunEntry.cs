using System.Text.Json;
using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Storage;

/// <summary>What the run index keeps of a run. Persisted.</summary>
/// <param name="CreatedAt">UTC. Lists are ordered by it.</param>
/// <param name="WorkflowVersion">The version of the workflow code that the run started with.</param>
public sealed record RunEntry(string RunId, string Workflow, int WorkflowVersion, RunIndexEntry Index, DateTimeOffset CreatedAt)
{
    /// <summary>When an instance took it upon itself to start the run, UTC.</summary>
    public DateTimeOffset ClaimedAt { get; init; }

    /// <summary>The workflow's input; null in lists and in entries of 0.1, whose input only the task hub has.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Whether somebody may wait to be told of the end.</summary>
    public bool HasCallback { get; init; }

    /// <summary>How it ended; null while it is live. The first end that is written stands, whatever the task hub says later, unless the run is
    /// reopened.</summary>
    public RunEnding? End { get; init; }

    /// <summary>How often its end was taken back, because its orchestration was rewound.</summary>
    public int Reopened { get; init; }

    /// <summary>When a purge removed history and task hub instance, UTC; only a tombstone is left then.</summary>
    public DateTimeOffset? PurgedAt { get; init; }

    /// <summary>Calls that may have gone out and have no row yet. 0 in lists.</summary>
    public int OpenCalls { get; init; }

    /// <summary>The number of the last history entry. 0 in lists.</summary>
    public long Last { get; init; }

    /// <summary>The version of the stored head; null before it is stored.</summary>
    public string? ETag { get; init; }
}

/// <param name="Status">Completed, Failed or Terminated.</param>
/// <param name="Output">The workflow's output, of any size; null when its code gave none. In lists its <see cref="Summary"/>.</param>
/// <param name="Error">Null when completed.</param>
public sealed record RunEnding(RuntimeStatus Status, DateTimeOffset At, JsonElement? Output, RunError? Error)
{
    /// <summary>The output without its values, for lists.</summary>
    public JsonElement? Summary { get; init; }

    /// <summary>The workflow's last status; null in runs of 0.1 and in those that ended without their own code.</summary>
    public RunProgress? Progress { get; init; }
}
