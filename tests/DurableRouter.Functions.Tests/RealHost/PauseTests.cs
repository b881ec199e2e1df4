using System.Collections.Concurrent;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Durable timers of the published app on Durable and Azurite.</summary>
public sealed class PauseTests
{
    // A turn that takes long on a busy machine comes off the pause of 20 seconds as the task hub has it.
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task FailedCall_IsRepeated_AfterItsPause()
    {
        var calls = new ConcurrentQueue<long>();
        await using var endpoint = await FakeModelEndpoint.StartAsync(call =>
        {
            if (call.Key!.Split('/')[1] != "classify")
            {
                return SaneReplies.For(call);
            }

            calls.Enqueue(TimeProvider.System.GetTimestamp());
            return calls.Count == 1 ? FakeReply.Error(500, "broken") : SaneReplies.For(call);
        });
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        var models = Path.Combine(setup.Settings[Settings.Config], "models.yaml");
        var text = await File.ReadAllTextAsync(models);
        text = text.Replace("firstDelay: 100ms, maxDelay: 1s", "firstDelay: 20s, maxDelay: 30s", StringComparison.Ordinal);
        await File.WriteAllTextAsync(models, text);
        await using var app = await setup.StartAsync();

        var run = await app.StartDocumentAsync(Samples.Memo);
        await app.CompletesAsync(run);

        // On a slow machine anything takes that long: the task hub tells that there was a timer, and for when.
        var timer = Assert.Single(await app.HubHistoryAsync(run), e => e.GetProperty("EventType").GetString() == "TimerCreated");
        Assert.InRange(timer.GetProperty("FireAt").GetDateTimeOffset() - timer.GetProperty("Timestamp").GetDateTimeOffset(), Shortest, TimeSpan.FromSeconds(35));
        var times = calls.ToArray();
        Assert.Equal(2, times.Length);
        Assert.True(TimeProvider.System.GetElapsedTime(times[0], times[1]) >= Shortest, "the second call came at once");
    }
}
