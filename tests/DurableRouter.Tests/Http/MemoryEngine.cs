using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Tests.Http;

/// <summary>An engine at the level of the ports, in memory: it claims ids and keys, keeps order and history, and plays one of the
/// <see cref="MemoryScript"/>s per pipeline. It knows no workflow code.</summary>
sealed class MemoryEngine : IRunClient, ILedger
{
    readonly Lock _lock = new();
    readonly List<MemoryRun> _runs = [];
    readonly Dictionary<string, (string Hash, string RunId)> _claims = [];
    readonly List<AttemptRow> _attempts = [];
    readonly Dictionary<string, RunRow> _rows = [];

    public MemoryContent Content { get; } = new();
    public MemoryApprovals Approvals { get; } = new();
    public TimeProvider Clock => TimeProvider.System;

    /// <summary>Thrown by the next starts: what a full or busy store does.</summary>
    public Exception? StartFault { get; set; }

    public async Task<StartedRun> StartAsync(StartRun request, CancellationToken cancellationToken)
    {
        if (StartFault is { } fault)
        {
            throw fault;
        }

        foreach (var item in request.Content)
        {
            Assert.Equal(item.Sha256, await Content.PutAsync(item.Bytes, cancellationToken));
        }

        Assert.True(Content.Find(((RunInput)request.Input).Definition) is not null, "the definition was not stored before the start");
        MemoryRun run;
        lock (_lock)
        {
            if (request.Idempotency is { } claim && !_claims.TryAdd(claim.Key, (claim.RequestHash, request.RunId)))
            {
                var (hash, runId) = _claims[claim.Key];
                return hash == claim.RequestHash ? new StartedRun(runId, true)
                    : throw new DurableRouterException(ErrorCodes.IdempotencyMismatch, "the key has started another request");
            }

            run = new MemoryRun(request, Clock.GetUtcNow());
            _runs.Add(run);
            run.Append(Clock.GetUtcNow(), HistoryKinds.RunStarted);
            run.Set(RuntimeStatus.Running, new RunProgress("answer", "0/1", null, 0, null));
        }

        _ = MemoryScript.PlayAsync(this, run);
        return new StartedRun(request.RunId, false);
    }

    public Task<RunSnapshot?> GetAsync(string runId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_runs.Find(r => r.Request.RunId == runId)?.Snapshot());
        }
    }

    public async Task<RunSnapshot?> WaitAsync(string runId, TimeSpan limit, CancellationToken cancellationToken)
    {
        var run = Find(runId);
        var until = Clock.GetUtcNow() + limit;
        while (true)
        {
            Task changed;
            var left = until - Clock.GetUtcNow();
            lock (_lock)
            {
                if (run.Status.IsTerminal() || run.Waits || left <= TimeSpan.Zero)
                {
                    return run.Snapshot();
                }

                changed = run.Changed;
            }

            await Task.WhenAny(changed, Task.Delay(left, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var from = query.ContinuationToken is not { } token ? 0
                : int.TryParse(token, CultureInfo.InvariantCulture, out var place) ? place
                : throw new DurableRouterException(ErrorCodes.InputInvalid, "The token is not one that this engine gave.");
            var matching = Enumerable.Reverse(_runs).Select(r => r.Snapshot()).Where(s => Matches(query, s)).Skip(from).Take(query.Top + 1).ToList();
            return Task.FromResult(new RunPage(matching.Take(query.Top).ToList(),
                matching.Count > query.Top ? (from + query.Top).ToString(CultureInfo.InvariantCulture) : null));
        }
    }

    public Task RaiseEventAsync(string runId, string name, string eventId, JsonElement? payload, CancellationToken cancellationToken) =>
        Change(runId, run =>
        {
            if (run.Remember(eventId))
            {
                run.Append(Clock.GetUtcNow(), HistoryKinds.EventReceived, name, 0, payload);
            }
        });

    public Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken) => Change(runId, run =>
    {
        run.Set(RuntimeStatus.Suspended, error: new RunError("suspended", reason ?? "suspended"));
        run.Append(Clock.GetUtcNow(), HistoryKinds.RunSuspended);
    });

    public Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken) => Change(runId, run =>
    {
        run.Set(RuntimeStatus.Running);
        run.Append(Clock.GetUtcNow(), HistoryKinds.RunResumed);
    });

    public Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken) => Change(runId, run =>
    {
        run.Set(RuntimeStatus.Terminated, error: new RunError("terminated", reason ?? "terminated"));
        run.Append(Clock.GetUtcNow(), HistoryKinds.RunTerminated);
    });

    public Task PurgeAsync(string runId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var run = Find(runId);
            if (!run.Status.IsTerminal())
            {
                throw new DurableRouterException(ErrorCodes.RunLive, "the run goes on");
            }

            _runs.Remove(run);
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string runId, long after, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Find(runId).After(after));
        }
    }

    public async Task WaitForHistoryAsync(string runId, long after, TimeSpan limit, CancellationToken cancellationToken)
    {
        Task changed;
        lock (_lock)
        {
            var run = Find(runId);
            if (run.After(after).Count > 0)
            {
                return;
            }

            changed = run.Changed;
        }

        await Task.WhenAny(changed, Task.Delay(limit, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task<IReadOnlyList<AttemptRow>> AttemptsAsync(string runId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<AttemptRow>>([.. _attempts.Where(a => a.RunId == runId)]);
        }
    }

    public Task<RunRow?> RunAsync(string runId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_rows.GetValueOrDefault(runId));
        }
    }

    public Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CostGroup>>([]);

    public Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RoutingGroup>>([]);

    public Task<decimal> CostAsync(DayAccount account, CancellationToken cancellationToken) =>
        throw new NotSupportedException("no part of this interface asks for it");

    /// <summary>Applies a change of the script, unless somebody ended the run.</summary>
    public bool Apply(MemoryRun run, Action<MemoryRun> change, AttemptRow? attempt = null, RunRow? row = null)
    {
        lock (_lock)
        {
            if (run.Status.IsTerminal())
            {
                return false;
            }

            change(run);
            if (attempt is not null)
            {
                _attempts.Add(attempt);
            }

            if (row is not null)
            {
                _rows[row.RunId] = row;
            }

            return true;
        }
    }

    MemoryRun Find(string runId)
    {
        lock (_lock)
        {
            return _runs.Find(r => r.Request.RunId == runId)
                ?? throw new DurableRouterException(ErrorCodes.RunNotFound, "no such run: " + runId);
        }
    }

    Task Change(string runId, Action<MemoryRun> change)
    {
        lock (_lock)
        {
            var run = Find(runId);
            if (run.Status.IsTerminal())
            {
                throw new DurableRouterException(ErrorCodes.RunFinished, "the run has ended");
            }

            change(run);
            return Task.CompletedTask;
        }
    }

    static bool Matches(RunQuery query, RunSnapshot run) =>
        (query.Statuses.Count == 0 || query.Statuses.Contains(run.Status))
        && (query.Pipeline is null || query.Pipeline == run.Index.Pipeline)
        && (query.Tag is not { } tag || run.Index.Tags.Any(t => tag == t.Key || tag == $"{t.Key}:{t.Value}"))
        && (query.CreatedFrom is null || run.CreatedAt >= query.CreatedFrom)
        && (query.CreatedTo is null || run.CreatedAt < query.CreatedTo);
}
