using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Engine;

/// <summary>The rows are written as every row is: by an activity of their run.</summary>
public sealed class SqliteLedgerTests : LedgerContract, IAsyncLifetime
{
    EmbeddedEngineHarness? _engine;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await (_engine?.DisposeAsync() ?? default);

    protected override async Task<ILedger> OpenAsync(IReadOnlyList<AttemptRow> rows)
    {
        var workflow = new DelegateWorkflow((context, input) => context.CallActivityAsync(Probe.Work, input));
        _engine = await EmbeddedEngineHarness.StartAsync(workflow, [new Recording(rows)]);
        foreach (var run in rows.Select(r => r.RunId).Distinct())
        {
            await _engine.Runs.StartAsync(new StartRun(run, "conformance", new Note(run),
                new RunIndexEntry("document", new Dictionary<string, string>(), null), [], null), default);
            await _engine.Runs.WaitAsync(run, TimeSpan.FromSeconds(90), default);
        }

        return _engine.Ledger;
    }

    sealed class Recording(IReadOnlyList<AttemptRow> rows) : Activity<Note, Note>(Probe.Work)
    {
        public override async Task<Note> RunAsync(IActivityScope scope, Note input, CancellationToken cancellationToken)
        {
            foreach (var row in rows.Where(r => r.RunId == input.Text))
            {
                await scope.RecordAttemptAsync(row, cancellationToken);
            }

            return input;
        }
    }
}
