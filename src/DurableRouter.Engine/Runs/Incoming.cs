using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Engine.Activities;

namespace DurableRouter.Engine.Runs;

/// <summary>Something that reaches a run from outside its code. With <paramref name="Done"/> somebody waits until it is durable.</summary>
abstract record Incoming(TaskCompletionSource? Done = null)
{
    /// <summary>The first turn of a new run, or the replay of one that comes back to memory.</summary>
    public sealed record Load : Incoming;

    /// <summary>A billed activity that had to wait got its place: its call may go out once this is durable.</summary>
    public sealed record ActivityClaimed(ActivityRun Run) : Incoming;

    public sealed record ActivityCompleted(ActivityRun Run, object Output, IReadOnlyList<AttemptRow> Rows) : Incoming;

    public sealed record ActivityFailed(ActivityRun Run, string Message, IReadOnlyList<AttemptRow> Rows) : Incoming;

    public sealed record TimerDue : Incoming;

    public sealed record EventRaised(string Name, string Id, JsonElement? Payload, TaskCompletionSource Done) : Incoming(Done);

    public sealed record SuspendAsked(string? Reason, TaskCompletionSource Done) : Incoming(Done);

    public sealed record ResumeAsked(string? Reason, TaskCompletionSource Done) : Incoming(Done);

    public sealed record TerminateAsked(string? Reason, TaskCompletionSource Done) : Incoming(Done);

    /// <summary>The engine itself stops the run: its code or its history can't be trusted.</summary>
    public sealed record Stopped(RunError Error) : Incoming;
}
