using System.Text.Json;
using DurableRouter.Core.Notifications;

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

/// <param name="RunId"><c>run-</c> and a UUIDv7, lower-case.</param>
/// <param name="Workflow">The workflow's persisted name.</param>
/// <param name="Input">The workflow's input, of the workflow's own input type.</param>
/// <param name="Index">What lists and filters need to know of the run.</param>
/// <param name="Content">Large values that <paramref name="Input"/> refers to; made durable with the start.</param>
/// <param name="Idempotency">The caller's key and the hash of its request; null starts unconditionally.</param>
/// <param name="Callback">Told when the run has ended; made durable with the start, in state waiting. Null: nobody.</param>
public sealed record StartRun(string RunId, string Workflow, object Input, RunIndexEntry Index,
    IReadOnlyList<ContentItem> Content, IdempotencyClaim? Idempotency, Delivery? Callback = null);

/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Requester">Who started the run: a key's name, <c>local:USER</c>, or null.</param>
public sealed record RunIndexEntry(string Pipeline, IReadOnlyDictionary<string, string> Tags, string? Requester);

public sealed record ContentItem(string Sha256, ReadOnlyMemory<byte> Bytes);

/// <param name="Key">Scoped by the caller's identity.</param>
/// <param name="RequestHash">SHA-256 of the canonical request, lower-case hex.</param>
public sealed record IdempotencyClaim(string Key, string RequestHash);

/// <param name="Replayed">True when the idempotency key had already started this run.</param>
public sealed record StartedRun(string RunId, bool Replayed);

/// <param name="Version">Grows with every change that a reader can see; the HTTP entity tag is made of it.</param>
/// <param name="InputJson">The workflow's input, UTF-8.</param>
/// <param name="OutputJson">The workflow's output, UTF-8; null until completed.</param>
/// <param name="Error">Why the run failed, was terminated, or is suspended; null otherwise.</param>
public sealed record RunSnapshot(string RunId, string Workflow, RunIndexEntry Index, RuntimeStatus Status, DateTimeOffset CreatedAt,
    DateTimeOffset LastUpdatedAt, long Version, RunProgress? Progress, ReadOnlyMemory<byte> InputJson, ReadOnlyMemory<byte>? OutputJson, RunError? Error)
{
    /// <summary>Read anew each time: most readers of a snapshot want neither this nor <see cref="Output"/>.</summary>
    public JsonElement Input => JsonElement.Parse(InputJson.Span);

    /// <summary>Null until completed.</summary>
    public JsonElement? Output => OutputJson is { } json ? JsonElement.Parse(json.Span) : null;
}

/// <param name="Code">A stable code of docs/errors.md.</param>
/// <param name="Message">What happened, what was kept, what to do next.</param>
public sealed record RunError(string Code, string Message);

/// <param name="Statuses">Empty: any.</param>
/// <param name="Tag"><c>name:value</c> or <c>name</c>.</param>
/// <param name="Top">1 to 1000.</param>
public sealed record RunQuery(IReadOnlyList<RuntimeStatus> Statuses, string? Pipeline, string? Tag, DateTimeOffset? CreatedFrom,
    DateTimeOffset? CreatedTo, int Top, string? ContinuationToken);

public sealed record RunPage(IReadOnlyList<RunSnapshot> Runs, string? ContinuationToken);

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
