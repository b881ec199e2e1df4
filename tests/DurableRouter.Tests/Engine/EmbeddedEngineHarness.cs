using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Engine;
using DurableRouter.Tests.Injection;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Tests.Engine;

/// <summary>The embedded engine on a folder of its own, killed without a word between two lives.</summary>
sealed class EmbeddedEngineHarness : IEngineUnderTest
{
    readonly IReadOnlyList<Activity> activities;
    readonly Action<EngineOptions>? configure;
    Workflow workflow;
    EmbeddedEngine engine;

    EmbeddedEngineHarness(Workflow workflow, IReadOnlyList<Activity> activities, Action<EngineOptions>? configure)
    {
        this.workflow = workflow;
        this.activities = activities;
        this.configure = configure;
        engine = Create();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("durable-router-").FullName;

    public VirtualClock Clock { get; } = new();

    /// <summary>What every life of the engine logged.</summary>
    public LogLines Log { get; } = new();

    public IRunClient Runs => engine;

    public ILedger Ledger => engine.Ledger;

    public EmbeddedEngine Engine => engine;

    public static async Task<EmbeddedEngineHarness> StartAsync(Workflow workflow, IReadOnlyList<Activity> activities, Action<EngineOptions>? configure = null)
    {
        var harness = new EmbeddedEngineHarness(workflow, activities, configure);
        await harness.engine.StartAsync();
        return harness;
    }

    public async Task KillAndRestartAsync(Workflow? changed = null)
    {
        await engine.AbandonAsync();
        workflow = changed ?? workflow;
        engine = Create();
        await engine.StartAsync();
    }

    public async Task StopAndRestartAsync()
    {
        await engine.DisposeAsync();
        engine = Create();
        await engine.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    EmbeddedEngine Create()
    {
        var options = new EngineOptions { DataFolder = Folder, DrainLimit = TimeSpan.Zero };
        configure?.Invoke(options);
        return new EmbeddedEngine(options, [workflow], activities, Clock, new Logger<EmbeddedEngine>(Log));
    }
}
