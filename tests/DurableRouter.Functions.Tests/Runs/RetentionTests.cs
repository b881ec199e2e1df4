using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Runs;

public sealed class RetentionTests
{
    static readonly TimeSpan Age = TimeSpan.FromDays(30);

    [Theory]
    [InlineData(ErrorCodes.RunLive)]
    [InlineData(ErrorCodes.RunNotFound)]
    public async Task RunThatCannotGo_KeepsNoOther(string code)
    {
        await using var app = new RouterApp(new TestPipeline());
        foreach (var id in new[] { "run-01", "run-02", "run-03" })
        {
            await app.StartAsync(id);
            await app.RestAsync(id);
            app.Engine.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        app.Engine.Clock.Advance(Age);
        var retention = new Retention(new Stubborn(app.Engine.Runs, "run-02", code), Age, app.Engine.Clock);

        Assert.Equal(2, await retention.PurgeAsync(CancellationToken.None));

        Assert.Null(await app.Engine.Runs.GetAsync("run-01", CancellationToken.None));
        Assert.NotNull(await app.Engine.Runs.GetAsync("run-02", CancellationToken.None));
        Assert.Null(await app.Engine.Runs.GetAsync("run-03", CancellationToken.None));
    }

    /// <summary>Removed by somebody else in this very moment, or live in the task hub though its end is written.</summary>
    sealed class Stubborn(IRunClient inner, string stays, string code) : MutantRuns(inner)
    {
        public override Task PurgeAsync(string runId, CancellationToken cancellationToken) =>
            runId == stays ? throw new DurableRouterException(code, $"{runId} stays.") : base.PurgeAsync(runId, cancellationToken);
    }
}
