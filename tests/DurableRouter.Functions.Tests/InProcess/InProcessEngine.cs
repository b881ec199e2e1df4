using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Tests.Shared;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Tests.InProcess;

/// <summary>The app's durable side on Durable Task's own engine and worker.</summary>
/// <remarks>
/// That engine runs an orchestrator from its history at every turn, in whatever process, so a death costs it nothing. It never asks again for an activity
/// whose process died, as task hubs on Azure do; that part is played here: <see cref="DeliverAsync"/>.
/// </remarks>
sealed class InProcessEngine : IEngineUnderTest
{
    readonly TaskHub _hub = new();
    readonly IReadOnlyList<Activity> _activities;
    readonly AppStores _stores = AppStores.InMemory();
    InProcessHub? _engine;
    Process _process;

    InProcessEngine(Workflow workflow, IReadOnlyList<Activity> activities)
    {
        _activities = activities;
        _process = Boot(workflow);
    }

    public IRunClient Runs => _process.Runs;

    public ILedger Ledger => _stores.Ledger;

    public VirtualClock Clock { get; } = new();

    public static async Task<InProcessEngine> StartAsync(Workflow workflow, IReadOnlyList<Activity> activities)
    {
        var engine = new InProcessEngine(workflow, activities);
        engine._engine = await InProcessHub.StartAsync(tasks => engine.AddTo(tasks, workflow.Name), engine.Clock);
        engine._hub.Client = engine._engine.Client;
        return engine;
    }

    public Task KillAndRestartAsync(Workflow? changed = null)
    {
        var dead = _process;
        dead.Die();
        _process = Boot(changed ?? dead.Workflow);
        dead.Replaced.SetResult();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Die();
        _process.Replaced.SetCanceled();
        await _engine!.DisposeAsync();
    }

    Process Boot(Workflow workflow)
    {
        var app = new AppInstance(_activities, _stores.History, _stores, Clock);
        var workflows = new WorkflowHost([workflow]);
        var endings = new RunEndings(_stores.Index, _stores.History, _stores.Waiting);
        var adoption = new RunAdoption(_stores.Index, _stores.History, _stores.RunContent, Clock);
        var starts = new RunStarts(_hub, _stores.Index, _stores.RunContent, _stores.Outbox, Clock);
        var runs = new DurableTaskRunClient(_hub, workflows, starts, endings, adoption, _stores.Index, _stores.History, _stores.RunContent, Clock);
        return new Process(workflow, workflows, app, endings, adoption, runs);
    }

    /// <summary>What the app's trigger functions are on Azure.</summary>
    void AddTo(DurableTaskRegistry tasks, string workflow)
    {
        tasks.AddOrchestratorFunc<JsonElement, JsonElement>(workflow, (context, _) => _process.Workflows.RunAsync(context));
        tasks.AddActivityFunc<FinishRun, string>(ActivityNames.FinishRun, (_, end) => _process.Endings.FinishAsync(end, CancellationToken.None));
        tasks.AddActivityFunc<AdoptRun, string>(ActivityNames.AdoptRun, (_, claim) => _process.Adoption.AdoptAsync(claim, _hub.Client, CancellationToken.None));
        foreach (var activity in _activities)
        {
            tasks.AddActivityFunc<ActivityCall, ActivityAnswer>(activity.Name, (_, call) => DeliverAsync(activity.Name, call));
        }
    }

    async Task<ActivityAnswer> DeliverAsync(string activity, ActivityCall call)
    {
        while (true)
        {
            var process = _process;
            var answer = process.App.Activities.RunAsync(activity, call, CancellationToken.None);
            await Task.WhenAny(answer, process.Replaced.Task);
            if (!process.IsDead)
            {
                return await answer;
            }

            await process.Replaced.Task;
        }
    }

    sealed record Process(Workflow Workflow, WorkflowHost Workflows, AppInstance App, RunEndings Endings, RunAdoption Adoption, IRunClient Runs)
    {
        volatile bool _dead;

        public bool IsDead => _dead;

        /// <summary>The next process is there.</summary>
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Die()
        {
            _dead = true; // what its calls come to from now on reaches nobody
            App.Dispose();
        }
    }
}
