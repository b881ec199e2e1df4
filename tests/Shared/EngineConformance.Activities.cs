using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Tests.Shared;

/// <content>Activities: their results, order, deaths and failures.</content>
public abstract partial class EngineConformance
{
    [Fact]
    public async Task FinishedActivities_AfterADeath_AreNotRunAgain()
    {
        var probe = new Probe();
        var stuck = new TaskCompletionSource();
        probe.OnWork = async (note, ct) =>
        {
            if (note.Text == "2" && !stuck.Task.IsCompleted)
            {
                await Task.Delay(Timeout.Infinite, ct);
            }

            return note with { Number = note.Number + 1 };
        };
        await using var engine = await CreateAsync(Chain(4), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilAsync(() => probe.Worked.Count == 3);

        stuck.SetResult();
        await engine.KillAndRestartAsync();
        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        Assert.Equal(RuntimeStatus.Completed, done!.Status);
        Assert.Equal(4, done.Output!.Value.GetProperty("number").GetInt32());
        Assert.Equal(["0", "1", "2", "2", "3"], probe.Worked); // only the one without a result ran twice
    }

    [Fact]
    public async Task CallThatADeathHid_IsNeverRepeated_AndStandsInTheLedgerAsUnknown()
    {
        var probe = new Probe { OnCall = async (_, ct) => { await Task.Delay(Timeout.Infinite, ct); throw new InvalidOperationException(); } };
        await using var engine = await CreateAsync(
            new DelegateWorkflow(async (context, _) => await context.CallActivityAsync(Probe.Call, new Note("pay"))), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilAsync(() => probe.Called.Count == 1);

        await engine.KillAndRestartAsync();
        var done = await EndWhileTimePassesAsync(engine, id);

        Assert.Equal(-1, done!.Output!.Value.GetProperty("number").GetInt32());
        Assert.Single(probe.Called);
        var row = Assert.Single(await engine.Ledger.AttemptsAsync(id, CancellationToken.None));
        Assert.Equal(AttemptOutcome.OutcomeUnknown, row.Outcome);
    }

    [Fact]
    public async Task LedgerRow_ComesBackAsWritten()
    {
        var probe = new Probe();
        await using var engine = await CreateAsync(
            new DelegateWorkflow(async (context, _) => await context.CallActivityAsync(Probe.Call, new Note("pay"))), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        var row = Assert.Single(await engine.Ledger.AttemptsAsync(id, CancellationToken.None));

        Assert.Equal($"{id}/pay", row.Key);
        Assert.Equal(0.01m, row.CostUsd);
        Assert.Equal(new TokenUsage(10, 0, 5, 0), row.Usage);
        Assert.Equal(new DateOnly(2026, 1, 1), row.PriceAsOf);
        Assert.Equal(new string('a', 64), row.PromptSha256);
        Assert.True(row.Simulated);
    }

    [Fact]
    public async Task ParallelActivities_AfterADeath_ReplayInRecordedOrder()
    {
        var probe = new Probe();
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        probe.OnWork = async (note, ct) =>
        {
            await gates[int.Parse(note.Text)].Task.WaitAsync(ct);
            return note;
        };
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, _) =>
        {
            var order = new List<string>();
            await Task.WhenAll(Enumerable.Range(0, 3).Select(async i =>
            {
                order.Add((await context.CallActivityAsync(Probe.Work, new Note(i.ToString()))).Text);
                context.SetStatus(Reached($"{order.Count}"));
            }));
            await context.WaitForEventAsync("finish", null);
            return new Note(string.Join(',', order));
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        foreach (var (i, done) in new[] { (2, "1"), (0, "2"), (1, "3") })
        {
            gates[i].SetResult();
            await UntilReachedAsync(engine, id, done);
        }

        await engine.KillAndRestartAsync();
        await engine.Runs.RaiseEventAsync(id, "finish", "e1", null, CancellationToken.None);

        var ended = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal("2,0,1", ended!.Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task ActivityThatThrows_ReachesTheWorkflowAsAnException()
    {
        var probe = new Probe { OnWork = (_, _) => throw new InvalidOperationException("broken disk") };
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, input) =>
        {
            try
            {
                return await context.CallActivityAsync(Probe.Work, input);
            }
            catch (ActivityFailedException e)
            {
                return new Note(e.Message);
            }
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);

        Assert.Contains("broken disk", done!.Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task LargePayloads_ComeBackWhole()
    {
        var big = new string('x', 300_000);
        var probe = new Probe();
        await using var engine = await CreateAsync(new DelegateWorkflow(async (context, _) =>
        {
            var echoed = await context.CallActivityAsync(Probe.Work, new Note(big));
            await context.WaitForEventAsync("finish", null);
            return new Note("done", echoed.Text.Length);
        }), probe.Activities);
        var id = await StartAsync(engine, new Note("go"));
        await UntilInHistoryAsync(engine, id, HistoryKinds.ActivityCompleted);

        await engine.KillAndRestartAsync();
        await engine.Runs.RaiseEventAsync(id, "finish", "e1", null, CancellationToken.None);

        var done = await engine.Runs.WaitAsync(id, Soon, CancellationToken.None);
        Assert.Equal(300_000, done!.Output!.Value.GetProperty("number").GetInt32());
        Assert.Single(probe.Worked);
    }
}
