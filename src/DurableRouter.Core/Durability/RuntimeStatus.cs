namespace DurableRouter.Core.Durability;

/// <summary>The lifecycle of a run, with the names of the Durable Functions HTTP interface.</summary>
public enum RuntimeStatus
{
    Pending,
    Running,
    Suspended,
    Completed,
    Failed,
    Terminated,
}

public static class RuntimeStatuses
{
    public static bool IsTerminal(this RuntimeStatus status) =>
        status is RuntimeStatus.Completed or RuntimeStatus.Failed or RuntimeStatus.Terminated;

    /// <summary>Nothing more happens to the run without somebody: it has ended, or a person must act.</summary>
    public static bool Rests(this RuntimeStatus status, RunProgress? progress) => status.IsTerminal() || status == RuntimeStatus.Suspended
        || progress?.WaitingFor is { } waiting && !waiting.StartsWith("retry", StringComparison.Ordinal);
}
