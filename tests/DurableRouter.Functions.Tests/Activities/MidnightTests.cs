using System.Collections.Concurrent;
using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Mutants;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Activities;

public sealed class MidnightTests
{
    [Fact]
    public async Task BookedCall_DeliveredAgainOnTheNextDay_CountsToTheDayOfItsRow()
    {
        var days = new SeenDays();
        var stores = AppStores.InMemory();
        await using var app = new RouterApp(new TestPipeline().Edit("reason", s => s with { Approval = new([], "reviewers", TimeSpan.FromDays(7)) }),
            stores with { History = new LosesEntries(stores.History) }, days);
        await app.StartAsync();
        await app.RestAsync();
        var called = days.Seen.Distinct().Single();
        var first = app.Engine.Instance("run-01").History.First(e => e.Kind == HubEventKind.TaskScheduled);

        days.Seen.Clear();
        app.Engine.Clock.Advance(TimeSpan.FromDays(1));
        await app.Engine.Clock.WhileAsync(app.Engine.Activities.RunAsync(first.Name!, JsonSerializer.Deserialize<ActivityCall>(first.Data!)!, CancellationToken.None));

        Assert.Equal(called, days.Seen.Distinct().Single());
    }

    sealed class SeenDays : IDayBudget
    {
        public ConcurrentBag<DateOnly> Seen { get; } = [];

        public ValueTask<bool> TryReserveAsync(DayReservation reservation, decimal? capUsd, CancellationToken cancellationToken)
        {
            Seen.Add(reservation.Account.Day);
            return ValueTask.FromResult(true);
        }

        public ValueTask SettleAsync(DayReservation reservation, decimal costUsd) => ValueTask.CompletedTask;
    }
}
