using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Memory;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Activities;

/// <summary>A live run that asks for nothing, so that the test alone delivers: always the same call, to whichever process.</summary>
sealed class OneCall : IAsyncDisposable
{
    OneCall(Probe probe, FunctionsEngine engine) => (Probe, Engine) = (probe, engine);

    public Probe Probe { get; }

    public FunctionsEngine Engine { get; }

    public VirtualClock Clock => Engine.Clock;

    public RunSweep Sweep
    {
        get
        {
            var approvals = new MemoryApprovals(() => Engine.Runs);
            return new RunSweep(Engine.Runs, Engine.Endings, Engine.Activities, Engine.Index, approvals, approvals, Engine.TaskHub, Clock);
        }
    }

    /// <param name="stores">Null: in memory.</param>
    public static async Task<OneCall> StartAsync(AppStores? stores = null, Mutant? mutant = null)
    {
        var probe = new Probe();
        var engine = new FunctionsEngine(new DelegateWorkflow(async (context, input) =>
        {
            await context.WaitForEventAsync("never", null);
            return input;
        }), _ => probe.Activities, mutant, stores);
        await engine.Runs.StartAsync(new StartRun("run-1", "conformance", new Note("go"), new RunIndexEntry("conformance",
            new Dictionary<string, string>(), null), [], null), CancellationToken.None);
        return new OneCall(probe, engine);
    }

    public Task<string> DeliverAsync(CancellationToken stopping = default) => DeliverAsync(Engine.Process, stopping);

    /// <summary>A delivery whose call is out until the gate opens.</summary>
    public async Task<(Task<string> Delivery, TaskCompletionSource Gate)> CallingAsync(AppInstance process, CancellationToken stopping = default)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Probe.OnCall = async (note, ending) =>
        {
            await gate.Task.WaitAsync(ending);
            return note with { Number = 7 };
        };
        var delivery = DeliverAsync(process, stopping);
        await PassingTime.UntilAsync(() => !Probe.Called.IsEmpty);
        return (delivery, gate);
    }

    /// <summary>A delivery whose process dies when the call is out.</summary>
    public async Task DieInCallAsync()
    {
        using var dying = Engine.StartProcess();
        var (delivery, _) = await CallingAsync(dying);
        dying.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
    }

    public Task<IReadOnlyList<AttemptRow>> RowsAsync() => Engine.Ledger.AttemptsAsync("run-1", CancellationToken.None);

    public async Task<List<string>> KindsAsync() => [.. (await Engine.History.ReadAsync("run-1", 0, CancellationToken.None)).Select(e => e.Kind)];

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    static async Task<string> DeliverAsync(AppInstance process, CancellationToken stopping)
    {
        var call = new ActivityCall(1, "run-1", 1, JsonSerializer.SerializeToElement(new Note("pay"), ConformanceJson.Default.Note));
        return (await process.Activities.RunAsync("Call", call, stopping)).Output.GetRawText();
    }
}
