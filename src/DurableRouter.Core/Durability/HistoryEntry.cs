using System.Text.Json;

namespace DurableRouter.Core.Durability;

/// <summary>One event of a run's history.</summary>
/// <param name="Sequence">1, 2, 3 ... without gaps within a run.</param>
/// <param name="Kind">One of <see cref="HistoryKinds"/>.</param>
/// <param name="Name">The activity's or event's name; null for others.</param>
/// <param name="Subject">The sequence of the entry that this one answers (the scheduled activity, the started timer); 0 for others.</param>
/// <param name="Data">Input, output, payload or error, by kind.</param>
public sealed record HistoryEntry(long Sequence, DateTimeOffset At, string Kind, string? Name, long Subject, JsonElement? Data);

/// <summary>Persisted kinds of history entries.</summary>
public static class HistoryKinds
{
    public const string RunStarted = "run.started";
    public const string ActivityScheduled = "activity.scheduled";
    public const string ActivityStarted = "activity.started";
    public const string ActivityCompleted = "activity.completed";
    public const string ActivityFailed = "activity.failed";
    public const string TimerStarted = "timer.started";
    public const string TimerFired = "timer.fired";
    public const string EventWaited = "event.waited";
    public const string EventReceived = "event.received";
    public const string RunSuspended = "run.suspended";
    public const string RunResumed = "run.resumed";

    /// <summary>It had ended, and somebody let its orchestration go on.</summary>
    public const string RunReopened = "run.reopened";
    public const string RunCompleted = "run.completed";
    public const string RunFailed = "run.failed";
    public const string RunTerminated = "run.terminated";
}
