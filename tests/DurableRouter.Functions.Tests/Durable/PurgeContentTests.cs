using System.Text;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Durable;

public sealed class PurgeContentTests
{
    [Fact]
    public async Task Purge_RunWithStoredValues_RemovesThem_ButNotWhatAnotherRunHas()
    {
        var workflow = new DelegateWorkflow((context, input) => context.CallActivityAsync(Probe.Work, input));
        await using var engine = new FunctionsEngine(workflow, _ => [new Storing()]);
        await RunAsync(engine, "run-1", "shared", "started with");
        await RunAsync(engine, "run-2", "shared", null);

        await engine.Runs.PurgeAsync("run-1", default);

        await Assert.ThrowsAsync<DurableRouterException>(() => ReadAsync("own value of run-1"));
        await Assert.ThrowsAsync<DurableRouterException>(() => ReadAsync("started with"));
        Assert.Equal("shared", await ReadAsync("shared"));
        Assert.Equal("own value of run-2", await ReadAsync("own value of run-2"));

        async Task<string> ReadAsync(string value) =>
            Encoding.UTF8.GetString((await engine.Content.GetAsync(FieldValues.Sha256(value), default)).Span);
    }

    static async Task RunAsync(FunctionsEngine engine, string runId, string value, string? content)
    {
        ContentItem[] items = content is null ? [] : [new ContentItem(FieldValues.Sha256(content), Encoding.UTF8.GetBytes(content))];
        await engine.Runs.StartAsync(new StartRun(runId, "conformance", new Note(value),
            new RunIndexEntry("document", new Dictionary<string, string>(), null), items, null), default);
        var run = await engine.Runs.WaitAsync(runId, TimeSpan.FromSeconds(90), default);
        Assert.Equal(RuntimeStatus.Completed, run!.Status);
    }

    sealed class Storing() : Activity<Note, Note>(Probe.Work)
    {
        public override async Task<Note> RunAsync(IActivityScope scope, Note input, CancellationToken cancellationToken)
        {
            await scope.Content.PutAsync(Encoding.UTF8.GetBytes(input.Text), cancellationToken);
            await scope.Content.PutAsync(Encoding.UTF8.GetBytes($"own value of {scope.RunId}"), cancellationToken);
            return input;
        }
    }
}
