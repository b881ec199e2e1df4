using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;

namespace DurableRouter.Tests.Http;

/// <summary>One run of the in-memory engine: its history, and who waits for it. All members are called under the engine's lock.</summary>
sealed class MemoryRun(StartRun request, DateTimeOffset now)
{
    readonly List<HistoryEntry> _history = [];
    readonly HashSet<string> _eventIds = [];
    readonly DateTimeOffset _createdAt = now;
    TaskCompletionSource _changed = NewSource();

    public StartRun Request => request;
    public RuntimeStatus Status { get; private set; } = RuntimeStatus.Pending;
    public RunProgress? Progress { get; private set; }
    public JsonElement? Output { get; private set; }
    public RunError? Error { get; private set; }
    public DateTimeOffset LastUpdatedAt { get; private set; } = now;
    public bool Waits { get; private set; }
    public Task Changed => _changed.Task;

    public long Append(DateTimeOffset at, string kind, string? name = null, long subject = 0, JsonElement? data = null)
    {
        _history.Add(new HistoryEntry(_history.Count + 1, at, kind, name, subject, data));
        LastUpdatedAt = at;
        var changed = _changed;
        _changed = NewSource();
        changed.SetResult();
        return _history.Count;
    }

    public bool Remember(string eventId) => _eventIds.Add(eventId);

    public void Set(RuntimeStatus status, RunProgress? progress = null, RunOutput? output = null, RunError? error = null)
    {
        Status = status;
        Progress = progress ?? Progress;
        Waits = progress?.WaitingFor is not null;
        Output = output is null ? Output : JsonSerializer.SerializeToElement(output, CoreJson.Default.RunOutput);
        Error = error;
    }

    public IReadOnlyList<HistoryEntry> After(long sequence) => [.. _history.Where(e => e.Sequence > sequence)];

    public RunSnapshot Snapshot() => new(request.RunId, request.Workflow, request.Index, Status, _createdAt, LastUpdatedAt, _history.Count, Progress,
        JsonSerializer.SerializeToUtf8Bytes((RunInput)request.Input, CoreJson.Default.RunInput), Output is { } output ? JsonSerializer.SerializeToUtf8Bytes(output) : default(ReadOnlyMemory<byte>?), Error);

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
