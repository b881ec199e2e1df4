using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Values;
using DurableRouter.Core.Workflow;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Functions.Triggers;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>The app's durable side on the replaying task hub: one process at a time, over stores that outlive it.</summary>
sealed class FunctionsEngine : IEngineUnderTest
{
    readonly TaskHubStore _store = new();
    readonly TaskHub _hub = new();
    readonly Func<FunctionsEngine, IEnumerable<Activity>> _activities;
    readonly Mutant _mutant;
    readonly AppStores _stores;
    Workflow _workflow;

    /// <param name="stores">Null: in memory.</param>
    public FunctionsEngine(Workflow workflow, Func<FunctionsEngine, IEnumerable<Activity>> activities, Mutant? mutant = null, AppStores? stores = null)
    {
        _mutant = mutant ?? Mutant.None;
        _workflow = workflow;
        _activities = activities;
        _stores = stores ?? AppStores.InMemory();
        _stores = _stores with { Leases = _mutant.Leases(_stores.Leases) };
        Index = _mutant.Index(_stores.Index);
        History = _mutant.History(_stores.History);
        Boot();
    }

    public IRunIndex Index { get; }

    public IRunHistory History { get; }

    public IContentStore Content => _stores.Content;

    public IOutbox Outbox => _stores.Outbox;

    public VirtualClock Clock { get; } = new();

    public FunctionTable Functions { get; private set; } = null!;

    public ReplayingHub Hub { get; private set; } = null!;

    /// <summary>The way to whatever worker the hub has now.</summary>
    public TaskHub TaskHub => _hub;

    /// <summary>The process whose worker takes what the hub delivers.</summary>
    public AppInstance Process { get; private set; } = null!;

    public ActivityHost Activities => Process.Activities;

    public RunEndings Endings { get; private set; } = null!;

    public RunAdoption Adoption { get; private set; } = null!;

    public IRunClient Runs { get; private set; } = null!;

    public ILedger Ledger => _stores.Ledger;

    public HubInstance Instance(string runId) => _store.Find(runId)!;

    public Task KillAndRestartAsync(Workflow? changed = null)
    {
        Kill();
        _workflow = changed ?? _workflow;
        Boot();
        return Task.CompletedTask;
    }

    /// <summary>Another process of the app over the same stores, to which the test delivers.</summary>
    public AppInstance StartProcess() => new([.. _activities(this)], History, _stores, Clock);

    public ValueTask DisposeAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    void Kill()
    {
        Hub.Kill();
        Process.Dispose();
    }

    void Boot()
    {
        var known = _activities(this).ToList();
        var workflows = new WorkflowHost([_mutant.Workflow(_workflow)]);
        Process = new AppInstance(known, History, _stores, Clock);
        Endings = new RunEndings(Index, History, _stores.Waiting);
        Adoption = new RunAdoption(Index, History, _stores.RunContent, Clock);
        Functions = new FunctionTable().AddClass(new RouterOrchestrator(workflows)).AddClass(new RouterActivityFunctions(Activities, Endings))
            .AddClass(new AdoptionFunctions(Adoption), () => Hub);
        if (_workflow.Name != RouterWorkflow.PersistedName)
        {
            // The conformance facts have a workflow and activities of their own.
            Functions.Add(_workflow.Name, workflows.RunAsync);
            known.ForEach(a => Functions.Add<ActivityCall, ActivityAnswer>(a.Name, (call, stopping) => Activities.RunAsync(a.Name, call, stopping)));
        }

        Hub = new ReplayingHub(_store, Functions, Clock);
        _hub.Client = Hub;
        var starts = new RunStarts(_hub, Index, _stores.RunContent, Outbox, Clock);
        Runs = _mutant.Runs(new DurableTaskRunClient(_hub, workflows, starts, Endings, Adoption, Index, History, _stores.RunContent, Clock));
    }
}
