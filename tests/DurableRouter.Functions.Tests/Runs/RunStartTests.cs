using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Memory;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Runs;

public sealed class RunStartTests
{
    static readonly IdempotencyClaim Key = new("key", "hash");

    [Fact]
    public async Task DuplicateStart_WithTheSameKey_ReachesTheTaskHubOnce()
    {
        await using var app = new RouterApp(new TestPipeline());

        var first = await app.Engine.Runs.StartAsync(RouterApp.Request("run-01", Key), CancellationToken.None);
        var second = await app.Engine.Runs.StartAsync(RouterApp.Request("run-02", Key), CancellationToken.None);

        Assert.Equal((new StartedRun("run-01", Replayed: false), new StartedRun("run-01", Replayed: true)), (first, second));
        Assert.Equal(1, app.Engine.Hub.Starts);
    }

    [Fact]
    public async Task DuplicateStart_WithTheSameIdAndNoKey_IsRefused()
    {
        await using var app = new RouterApp(new TestPipeline());
        await app.StartAsync();

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => app.StartAsync());

        Assert.Equal(ErrorCodes.RunIdTaken, refused.Code);
        Assert.Equal(1, app.Engine.Hub.Starts);
    }

    [Fact]
    public async Task StartThatDiedBetweenClaimAndTaskHub_IsTakenOverByTheRetry_UnderItsFirstId()
    {
        await using var app = new RouterApp(new TestPipeline());
        app.Engine.Hub.LosesStarts = true;
        await Assert.ThrowsAsync<IOException>(() => app.Engine.Runs.StartAsync(RouterApp.Request("run-01", Key), CancellationToken.None));
        app.Engine.Hub.LosesStarts = false;
        app.Engine.Clock.Advance(TimeSpan.FromMinutes(1));

        var request = RouterApp.Request("run-02", Key) with
        {
            Callback = Delivery.Create(DeliveryKinds.RunEnded, "run-02", "https://example.com", DeliveryState.Waiting, app.Engine.Clock.GetUtcNow()),
        };
        var started = await app.Engine.Runs.StartAsync(request, CancellationToken.None);

        Assert.Equal(new StartedRun("run-01", Replayed: true), started);
        Assert.Equal(RuntimeStatus.Completed, (await app.RestAsync()).Status);
        Assert.Null(await app.Engine.Runs.GetAsync("run-02", CancellationToken.None));
        Assert.Equal("run-01", Assert.Single(((MemoryOutbox)app.Engine.Outbox).Deliveries.Values).Subject);
    }

    [Fact]
    public async Task StartThatDiedAfterTheTaskHub_IsNotRunTwiceByTheRetry()
    {
        await using var app = new RouterApp(new TestPipeline().Edit("reason", s => s with { Approval = new([], "reviewers", TimeSpan.FromDays(7)) }));
        await app.Engine.Runs.StartAsync(RouterApp.Request("run-01", Key), CancellationToken.None);
        await app.RestAsync();
        var entry = await app.Engine.Index.GetAsync("run-01", CancellationToken.None);
        await app.Engine.Index.UpdateAsync(entry! with { Last = 1 }, CancellationToken.None); // as if none of its activities had begun
        app.Engine.Clock.Advance(TimeSpan.FromMinutes(1));

        var again = await app.Engine.Runs.StartAsync(RouterApp.Request("run-02", Key), CancellationToken.None);

        Assert.Equal(new StartedRun("run-01", Replayed: true), again);
        Assert.Equal(1, app.Engine.Hub.Starts);
        Assert.Equal(3, app.Pipeline.Models.Calls.Count);
    }

    [Fact]
    public async Task StartThatNobodyRepeats_IsEndedByTheSweep()
    {
        await using var app = new RouterApp(new TestPipeline());
        app.Engine.Hub.LosesStarts = true;
        await Assert.ThrowsAsync<IOException>(() => app.StartAsync());
        app.Engine.Clock.Advance(TimeSpan.FromMinutes(10));
        await app.Sweep.SettleAsync(CancellationToken.None);
        Assert.Equal(RuntimeStatus.Pending, (await app.NowAsync()).Status);

        app.Engine.Clock.Advance(TimeSpan.FromHours(1));
        await app.Sweep.SettleAsync(CancellationToken.None);

        var run = await app.NowAsync();
        Assert.Equal(RuntimeStatus.Terminated, run.Status);
        Assert.Contains("start it again", run.Error!.Message);
    }
}
