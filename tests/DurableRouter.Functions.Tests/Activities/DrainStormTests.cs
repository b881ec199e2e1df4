using System.Collections.Concurrent;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Storage;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Activities;

/// <summary>500 slow calls of 50 runs, over the app's own stores in an emulator, when a quarter of them is delivered again.</summary>
public sealed class DrainStormTests
{
    const int Runs = 50;
    const int CallsPerRun = 10;
    const int Calls = Runs * CallsPerRun;
    const int Again = Calls / 4;
    readonly Probe _probe = new();

    [Fact]
    public async Task OwnersThatLive_AreWaitedFor_AndNothingIsCalledTwice()
    {
        await using var engine = await StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await BeginAsync(engine, _ => true, gate.Task);
        using var other = engine.StartProcess();
        var redelivered = RunIds.SelectMany(id => Scheduled(engine, id)).Where((_, i) => i % 4 == 0).Select(e => DeliverAsync(other, e)).ToList();
        Assert.Equal(Again, redelivered.Count);

        await engine.Clock.PassAsync(TimeSpan.FromMinutes(1), engine.Process);
        Assert.DoesNotContain(redelivered, d => d.IsCompleted);
        gate.SetResult();
        await engine.Clock.WhileAsync(Task.WhenAll(redelivered), engine.Process);
        await EndAsync(engine);

        Assert.Equal(Calls, _probe.Called.Count);
        var rows = await RowsAsync(engine);
        Assert.Equal(Calls, rows.Count(r => r.Outcome == AttemptOutcome.Ok));
        Assert.Equal(Calls, rows.Count);
    }

    [Fact]
    public async Task OwnersThatWereKilled_CostOneMoreCallEach()
    {
        await using var engine = await StartAsync();
        await BeginAsync(engine, IsSlow, new TaskCompletionSource().Task);
        await PassingTime.UntilAsync(() => RunIds.Sum(id => Answered(engine, id)) == Calls - Again);
        _probe.OnCall = (note, _) => Task.FromResult(note);

        await engine.KillAndRestartAsync();
        await EndAsync(engine);

        Assert.Equal(Calls + Again, _probe.Called.Count);
        Assert.Equal(_probe.Called.Count, _probe.Called.Distinct().Count());
        var rows = await RowsAsync(engine);
        Assert.Equal((Calls, Again, Calls + Again),
            (rows.Count(r => r.Outcome == AttemptOutcome.Ok), rows.Count(r => r.Outcome == AttemptOutcome.OutcomeUnknown), rows.Count));
    }

    static IEnumerable<string> RunIds => Enumerable.Range(0, Runs).Select(i => $"run-{i}");

    /// <summary>A quarter of the calls: at least two of each run's.</summary>
    static bool IsSlow(Note call) => call.Number >= 8 || (call.Number == 7 && int.Parse(call.Text.Split('/')[0]["run-".Length..]) % 2 == 0);

    /// <summary>Like a step's attempts: what became unknown is followed by the next ordinal.</summary>
    static DelegateWorkflow Paying => new(async (context, input) =>
    {
        await Task.WhenAll(Enumerable.Range(0, CallsPerRun).Select(async place =>
        {
            for (var ordinal = 1; ordinal <= 3; ordinal++)
            {
                if ((await context.CallActivityAsync(Probe.Call, new Note($"{context.RunId}/{place}/{ordinal}", place))).Number >= 0)
                {
                    return;
                }
            }

            throw new InvalidOperationException("three unknown outcomes");
        }));
        return input;
    });

    async Task<FunctionsEngine> StartAsync() => new(Paying, _ => _probe.Activities, stores: AppStores.On(await TestStorage.CreateAsync()));

    /// <summary>Starts the runs and waits until every call is out.</summary>
    async Task BeginAsync(FunctionsEngine engine, Func<Note, bool> isSlow, Task gate)
    {
        _probe.OnCall = async (note, ending) =>
        {
            await (isSlow(note) ? gate : Task.CompletedTask).WaitAsync(ending);
            return note;
        };
        await Parallel.ForEachAsync(RunIds, async (id, cancellationToken) => await engine.Runs.StartAsync(new StartRun(id, "conformance", new Note("go"),
            new RunIndexEntry("conformance", new Dictionary<string, string>(), null), [], null), cancellationToken));
        await PassingTime.UntilAsync(() => _probe.Called.Count == Calls);
    }

    static IEnumerable<HubEvent> Scheduled(FunctionsEngine engine, string runId) => engine.Instance(runId).History.Where(e => e.Kind == HubEventKind.TaskScheduled);

    static int Answered(FunctionsEngine engine, string runId)
    {
        var instance = engine.Instance(runId);
        lock (instance)
        {
            return instance.History.Count(e => e.Kind == HubEventKind.TaskCompleted);
        }
    }

    static Task<ActivityAnswer> DeliverAsync(AppInstance process, HubEvent scheduled) =>
        process.Activities.RunAsync(scheduled.Name!, JsonSerializer.Deserialize<ActivityCall>(scheduled.Data!)!, CancellationToken.None);

    static async Task EndAsync(FunctionsEngine engine)
    {
        var ends = Task.WhenAll(RunIds.Select(id => engine.Runs.WaitAsync(id, TimeSpan.FromMinutes(2), CancellationToken.None)));
        var runs = await engine.Clock.WhileAsync(ends, engine.Process);
        Assert.All(runs, run => Assert.Equal(RuntimeStatus.Completed, run!.Status));
    }

    static async Task<IReadOnlyCollection<AttemptRow>> RowsAsync(FunctionsEngine engine)
    {
        var rows = new ConcurrentQueue<AttemptRow>();
        await Parallel.ForEachAsync(RunIds, async (id, cancellationToken) =>
        {
            foreach (var row in await engine.Ledger.AttemptsAsync(id, cancellationToken))
            {
                rows.Enqueue(row);
            }
        });
        return rows;
    }
}
