using System.Globalization;
using System.Text;
using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Values;
using DurableRouter.Engine.Runs;
using DurableRouter.Engine.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableRouter.Engine;

/// <summary>The embedded durable engine: event-sourced runs on SQLite, one process per data folder.</summary>
public sealed class EmbeddedEngine : IRunClient, IAsyncDisposable
{
    readonly EngineCore core;
    readonly StartUpSweep sweep;
    volatile bool stopping;

    /// <summary>Takes the data folder and opens its database; nothing runs before <see cref="StartAsync()"/>.</summary>
    /// <exception cref="DurableRouterException">Codes <c>data_folder_locked</c>, <c>database_corrupt</c>, <c>database_newer</c>, <c>storage_full</c>.</exception>
    public EmbeddedEngine(EngineOptions options, IEnumerable<Workflow> workflows, IEnumerable<Activity> activities, TimeProvider? clock = null,
        ILogger<EmbeddedEngine>? logger = null)
        : this(options, _ => (workflows, activities), clock, logger)
    {
    }

    /// <summary>The same for workflows and activities that use the engine's own stores.</summary>
    /// <param name="code">Called once, when the stores are open.</param>
    public EmbeddedEngine(EngineOptions options, Func<EngineStores, (IEnumerable<Workflow> Workflows, IEnumerable<Activity> Activities)> code,
        TimeProvider? clock = null, ILogger<EmbeddedEngine>? logger = null)
    {
        core = new EngineCore(options, clock ?? TimeProvider.System, logger ?? NullLogger<EmbeddedEngine>.Instance);
        Ledger = new SqliteLedger(core.Reads, core.Runs);
        Approvals = new SqliteApprovalStore(core.Reads, core.Writer, this, core.CrashPoints);
        Outbox = new SqliteOutbox(core.Reads, core.Writer);
        sweep = new StartUpSweep(core, (SqliteApprovalStore)Approvals, logger ?? NullLogger<EmbeddedEngine>.Instance);
        var (workflows, activities) = code(new EngineStores(core.Content, Approvals, Ledger, Outbox, () => sweep.CallsLeftOpen));
        core.Register(workflows, activities);
    }

    public ILedger Ledger { get; }

    public IApprovalStore Approvals { get; }

    public IOutbox Outbox { get; }

    public IContentStore Content => core.Content;

    public static string SqliteVersion => Database.SqliteVersion;

    /// <summary>Takes up every run that an earlier process left.</summary>
    public Task StartAsync() => sweep.StartAsync();

    /// <summary>Tells other commands on this data folder where the host listens.</summary>
    public void Announce(string url) => core.Announce(url);

    public EngineHealth Health() => new(core.BusyRuns, core.Dispatcher.Running, core.Writer.Held, core.Writer.Fatal?.Message);

    public async Task<StartedRun> StartAsync(StartRun request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Admit();
        var workflow = core.Workflow(request.Workflow);
        var input = JsonSerializer.SerializeToUtf8Bytes(request.Input, workflow.InputType);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(core.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var item in request.Content)
        {
            core.Content.Remember(item);
        }

        var record = new RunRecord(core.NextRunNumber(), request.RunId, request.Workflow, workflow.CurrentVersion, request.Index, now,
            RuntimeStatus.Running, Busy: true, null, input);
        var start = new NewRun(record, request.Content, request.Idempotency, request.Callback,
            new TaskCompletionSource<StartedRun>(TaskCreationOptions.RunContinuationsAsynchronously));
        core.Enter(new RunActor(core, workflow, start, request.Input));
        return await start.Started.Task.ConfigureAwait(false);
    }

    public Task<RunSnapshot?> GetAsync(string runId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Snapshot(runId));
    }

    public async Task<RunSnapshot?> WaitAsync(string runId, TimeSpan limit, CancellationToken cancellationToken)
    {
        var actor = core.InMemory(runId); // a finished run leaves memory: its last state is read from here without a query
        var started = TimeProvider.System.GetTimestamp(); // the patience is the caller's: real time, whatever clock drives the runs
        while (true)
        {
            var rest = core.Rests.NextChange(runId);
            var run = actor is not null && (actor.Run.Status.IsTerminal() || core.InMemory(runId) == actor) ? actor.Run : null;
            if (run is null)
            {
                actor = core.InMemory(runId);
                run = actor?.Run ?? (core.Runs.Find(runId) is { Purged: false } stored ? stored : null);
            }

            var left = limit - TimeProvider.System.GetElapsedTime(started);
            if (run is null || left <= TimeSpan.Zero || run.Status.Rests(run.Progress) || !await ChangesAsync(rest, left, cancellationToken).ConfigureAwait(false))
            {
                return actor is not null && actor.Run.Status.IsTerminal() ? Snapshot(actor) : Snapshot(runId);
            }
        }
    }

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var top = Math.Clamp(query.Top, 1, 1000);
        var rows = core.Runs.List(query, FromToken(query.ContinuationToken), top + 1);
        var page = rows.Take(top).Select(row => core.InMemory(row.Id) is { } actor ? Snapshot(actor) : Snapshot(row)).ToList();
        return Task.FromResult(new RunPage(page, rows.Count > top ? ToToken(rows[top - 1].No) : null));
    }

    public Task RaiseEventAsync(string runId, string name, string eventId, JsonElement? payload, CancellationToken cancellationToken) =>
        AskAsync(runId, done => new Incoming.EventRaised(name, eventId, payload, done), cancellationToken);

    public Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken) =>
        AskAsync(runId, done => new Incoming.SuspendAsked(reason, done), cancellationToken);

    public Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken) =>
        AskAsync(runId, done => new Incoming.ResumeAsked(reason, done), cancellationToken);

    public Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken) =>
        AskAsync(runId, done => new Incoming.TerminateAsked(reason, done), cancellationToken);

    public async Task PurgeAsync(string runId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var run = core.Runs.Find(runId) is { Purged: false } found ? found : throw RunRefusals.RunNotFound(runId);
        if (core.InMemory(runId) is not null || !run.Status.IsTerminal() || run.Busy)
        {
            throw RunRefusals.RunLive(runId, run.Status);
        }

        await core.Writer.WriteAsync(session => Purge.Apply(session, run.No, core.Clock.GetUtcNow())).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string runId, long after, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var actor = core.InMemory(runId);
        var no = actor?.No ?? Locate(runId);
        var turns = core.Runs.History(no);

        // A commit is in the store a moment before the run shows it: who reads of an end here finds it in the run's state.
        var shown = actor?.Sequence ?? long.MaxValue;
        IReadOnlyList<HistoryEntry> entries = [.. turns.SelectMany(turn => turn.Entries.Where(e => e.Sequence > after && e.Sequence <= shown)
            .Select(e => new HistoryEntry(e.Sequence, turn.At, e.Kind, e.Name, e.Subject, HistoryData.Of(e, core.Content.Get))))];
        return Task.FromResult(entries);
    }

    public async Task WaitForHistoryAsync(string runId, long after, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        while (true)
        {
            var change = core.Signals.NextChange(runId);
            var last = core.InMemory(runId) is { } actor ? actor.Sequence : LastSequence(Locate(runId));
            if (last > after)
            {
                return;
            }

            try
            {
                await change.WaitAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Stops taking work, lets calls that are out come home, commits, and gives the folder back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping)
        {
            return;
        }

        stopping = true;
        try
        {
            await sweep.StopAsync().ConfigureAwait(false);
            await core.StopAsync().ConfigureAwait(false);
            await sweep.MarkCleanAsync().ConfigureAwait(false);
        }
        finally
        {
            core.Dispose(); // a store that can't be written any more must not keep the folder locked
        }
    }

    /// <summary>Leaves the folder as the death of the process would: what is not committed is lost. For tests.</summary>
    internal async Task AbandonAsync()
    {
        stopping = true;
        await sweep.StopAsync().ConfigureAwait(false);
        core.Abandon();
    }

    /// <summary>A run's turns as stored, for golden files.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> StoredTurns(string runId) => core.Runs.StoredTurns(Locate(runId));

    /// <summary>Lets the database grow to this many pages of 4 KiB: a disk that is full, for tests.</summary>
    internal Task LimitPagesAsync(int pages) => core.Writer.WriteAsync(session =>
    {
        using var limit = new Statement(session.Handle, $"PRAGMA max_page_count = {pages}");
        return limit.ReadNumber();
    });

    /// <returns>False when the time limit passed first.</returns>
    async Task<bool> ChangesAsync(Task change, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await change.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    void Admit()
    {
        if (stopping)
        {
            throw new DurableRouterException(ErrorCodes.HostStopping, "The host is stopping. Nothing was started. Try again when it is back.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        if (core.BusyRuns >= core.Options.MaxBusyRuns)
        {
            throw new DurableRouterException(ErrorCodes.TooManyRuns,
                $"{core.BusyRuns} runs have work under way, the limit is {core.Options.MaxBusyRuns}. Nothing was started; accepted runs go on. Try again soon.")
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        }
    }

    async Task AskAsync(string runId, Func<TaskCompletionSource, Incoming> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        core.Post(runId, ask(done));
        await done.Task.ConfigureAwait(false);
    }

    RunSnapshot? Snapshot(string runId) =>
        core.InMemory(runId) is { } actor ? Snapshot(actor) : core.Runs.Find(runId) is { Purged: false } stored ? Snapshot(stored) : null;

    static RunSnapshot Snapshot(RunActor actor) => Snapshot(actor.Run, actor.Version);

    RunSnapshot Snapshot(StoredRun run) => Snapshot(run, RunActor.VersionOf(core.Runs.LastTurn(run.No), run.Error));

    static RunSnapshot Snapshot(StoredRun run, long version) => new(run.Id, run.Workflow, run.Index, run.Status, run.CreatedAt, run.UpdatedAt,
        version, run.Progress, run.Input, run.Output, run.Error);

    long Locate(string runId) =>
        core.InMemory(runId)?.No ?? (core.Runs.Find(runId) is { Purged: false } run ? run.No : throw RunRefusals.RunNotFound(runId));

    long LastSequence(long no) => core.Runs.History(no, core.Runs.LastTurn(no) - 1) is [.., { Entries: [.., var last] }] ? last.Sequence : 0;

    static long FromToken(string? token)
    {
        if (token is null)
        {
            return long.MaxValue;
        }

        Span<byte> bytes = stackalloc byte[64];
        return Convert.TryFromBase64String(token, bytes, out var length)
            && long.TryParse(Encoding.ASCII.GetString(bytes[..length]), NumberStyles.None, CultureInfo.InvariantCulture, out var no)
            ? no
            : throw new DurableRouterException(ErrorCodes.InputInvalid, "The continuation token is not one that this interface gave. Start the list again without it.");
    }

    static string ToToken(long no) => Convert.ToBase64String(Encoding.ASCII.GetBytes(no.ToString(CultureInfo.InvariantCulture)));
}

/// <param name="BusyRuns">Runs in memory.</param>
/// <param name="CallsOut">Activities under way.</param>
/// <param name="WritesHeld">Commits that wait for the disk.</param>
/// <param name="Failure">Why nothing is written any more; null while all is well.</param>
public sealed record EngineHealth(int BusyRuns, int CallsOut, int WritesHeld, string? Failure);
