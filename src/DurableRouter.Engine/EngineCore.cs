using System.Collections.Concurrent;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;
using DurableRouter.Engine.Activities;
using DurableRouter.Engine.Runs;
using DurableRouter.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Engine;

/// <summary>What the runs in memory share: the store, the clock, the places for activities, and the table of who is in memory.</summary>
sealed partial class EngineCore : IDisposable
{
    readonly Dictionary<string, Activity> activities = new(StringComparer.Ordinal);
    readonly Dictionary<string, Workflow> workflows = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, RunActor> resident = new();
    readonly ConcurrentBag<TurnWriter> turnWriters = [];
    readonly CancellationTokenSource stopping = new();
    readonly DataFolderLock folder;
    readonly ReadPool reads;
    readonly ILogger logger;
    long lastNumber;
    int busyRuns;

    public EngineCore(EngineOptions options, TimeProvider clock, ILogger logger)
    {
        options.Validate();
        Options = options;
        Clock = clock;
        this.logger = logger;
        CrashPoints = new CrashPoints(options.CrashAt);
        folder = DataFolderLock.Acquire(options.DataFolder, clock);
        try
        {
            var (database, connection) = Database.Open(options.DataFolder, options.Durability, clock);
            Writer = new Writer(database, connection);
            reads = new ReadPool(database);
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        Content = new SqliteContentStore(reads, Writer);
        Runs = new RunReader(reads);
        Dispatcher = new ActivityDispatcher(options.MaxConcurrentActivities, options.MaxConcurrentPerModel, Granted);
        lastNumber = Runs.HighestNumber();
    }

    public EngineOptions Options { get; }

    public TimeProvider Clock { get; }

    public Writer Writer { get; }

    public ReadPool Reads => reads;

    public RunReader Runs { get; }

    public SqliteContentStore Content { get; }

    public ActivityDispatcher Dispatcher { get; }

    public CrashPoints CrashPoints { get; }

    public RunSignals Signals { get; } = new();

    /// <summary>Of the changes, those after which nothing more happens without somebody: who waits for a result sleeps through the others.</summary>
    public RunSignals Rests { get; } = new();

    public int BusyRuns => busyRuns;

    public void Register(IEnumerable<Workflow> known, IEnumerable<Activity> callable)
    {
        foreach (var workflow in known)
        {
            workflows.Add(workflow.Name, workflow);
        }

        foreach (var activity in callable)
        {
            activities.Add(activity.Name, activity);
        }
    }

    public void Announce(string url) => folder.Announce(Clock, url);

    /// <exception cref="DurableRouterException">Code <c>workflow_unknown</c>.</exception>
    public Activity Activity(string name) => activities.TryGetValue(name, out var activity) ? activity
        : throw new DurableRouterException(ErrorCodes.WorkflowUnknown, $"This program has no activity {name}. Use the program that started the run.");

    /// <exception cref="DurableRouterException">Code <c>workflow_unknown</c>.</exception>
    public Workflow Workflow(string name) => workflows.TryGetValue(name, out var workflow) ? workflow
        : throw new DurableRouterException(ErrorCodes.WorkflowUnknown, $"This program has no workflow {name}. Use the program that started the run.");

    public long NextRunNumber() => Interlocked.Increment(ref lastNumber);

    public IContentStore ContentOf(long run) => Content.For(run);

    public RunActor? InMemory(string runId) => resident.TryGetValue(runId, out var actor) ? actor : null;

    /// <summary>Adds a new run and lets it take its first turn.</summary>
    public void Enter(RunActor actor)
    {
        if (!resident.TryAdd(actor.RunId, actor))
        {
            throw new DurableRouterException(ErrorCodes.RunIdTaken, $"Run {actor.RunId} exists already. Choose another id.");
        }

        Interlocked.Increment(ref busyRuns);
        actor.Execute();
    }

    /// <summary>Hands something to a run, which comes back to memory if it has to.</summary>
    /// <exception cref="DurableRouterException">Code <c>run_not_found</c>, <c>run_finished</c>.</exception>
    public void Post(string runId, Incoming incoming)
    {
        while (true)
        {
            if (resident.TryGetValue(runId, out var actor))
            {
                if (actor.Post(incoming))
                {
                    return;
                }

                resident.TryRemove(KeyValuePair.Create(runId, actor)); // it has left but for its entry
                continue;
            }

            Return(runId);
        }
    }

    /// <summary>Brings a stored run back to memory, where it delivers what it still owes.</summary>
    public void Return(string runId)
    {
        var stored = Runs.Find(runId) is { Purged: false } found ? found : throw RunRefusals.RunNotFound(runId);
        if (stored.Status.IsTerminal() && !stored.Busy)
        {
            throw RunRefusals.RunFinished(runId, stored.Status);
        }

        var actor = new RunActor(this, Workflow(stored.Workflow), stored);
        if (resident.TryAdd(runId, actor))
        {
            Interlocked.Increment(ref busyRuns);
            ThreadPool.UnsafeQueueUserWorkItem(actor, preferLocal: false);
        }
    }

    /// <summary>Lets a run look at its timers, wherever it is.</summary>
    public void Wake(string runId)
    {
        try
        {
            Post(runId, new Incoming.TimerDue());
        }
        catch (DurableRouterException e)
        {
            LogNotWoken(runId, e);
        }
    }

    public void Left(RunActor actor)
    {
        if (resident.TryRemove(KeyValuePair.Create(actor.RunId, actor)))
        {
            Interlocked.Decrement(ref busyRuns);
        }
    }

    /// <summary>Executes an activity that has its place, gives the place back, and hands the result to the run.</summary>
    public async void Run(ActivityRun run)
    {
        CrashPoints.Pass(Engine.CrashPoints.BeforeCall);
        var result = await run.ExecuteAsync(stopping.Token).ConfigureAwait(false);
        CrashPoints.Pass(Engine.CrashPoints.AfterCall);
        Dispatcher.Release(run.Key);
        if (result is not null)
        {
            run.Run.Post(result, inline: true);
        }
    }

    public TurnWriter RentTurnWriter() => turnWriters.TryTake(out var writer) ? writer : new TurnWriter();

    public void ReturnTurnWriter(TurnWriter writer)
    {
        if (turnWriters.Count < 256)
        {
            turnWriters.Add(writer);
        }
    }

    /// <summary>A run that met an error of the engine or its store; it left memory and its stored state is unchanged.</summary>
    public void Failed(string runId, Exception failure) => LogRunFailed(runId, failure);

    /// <summary>The alarm for an open run that nothing would ever wake: no timer, no activity, no event.</summary>
    public void Stuck(string runId) => LogStuck(runId);

    /// <summary>A run that the engine suspends, because its code or its history can't be trusted.</summary>
    public void Stopped(string runId, RunError error) => LogStopped(runId, error.Code, error.Message);

    /// <summary>Lets calls that are out come home, then ends.</summary>
    public async Task StopAsync()
    {
        Dispatcher.Pause();
        using var limit = new CancellationTokenSource(Options.DrainLimit);
        try
        {
            while (Dispatcher.Running > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            LogNotDrained(Dispatcher.Running);
        }

        await stopping.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Leaves everything as the death of the process would. For tests.</summary>
    public void Abandon()
    {
        Writer.Abandon();
        stopping.Cancel();
        reads.Dispose();
        folder.Dispose();
    }

    public void Dispose()
    {
        Writer.Dispose();
        reads.Dispose();
        folder.Dispose();
        stopping.Dispose();
    }

    void Granted(ActivityRun run)
    {
        if (run.Activity.IsAttempt && !run.Claimed)
        {
            run.Claimed = true;
            run.Run.Post(new Incoming.ActivityClaimed(run));
        }
        else
        {
            Run(run);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} left memory on an engine error; its stored state is unchanged")]
    partial void LogRunFailed(string runId, Exception failure);

    [LoggerMessage(EventId = 15, EventName = "stuck", Level = LogLevel.Error,
        Message = "Run {RunId} is open and nothing would have woken it: no timer, no activity, no event. Its status says what became of it")]
    partial void LogStuck(string runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} is suspended ({Code}): {Why}")]
    partial void LogStopped(string runId, string code, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} could not be brought back for its timer")]
    partial void LogNotWoken(string runId, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} calls were still out at the end of the drain limit; their outcome is unknown to the next start")]
    partial void LogNotDrained(int count);
}
