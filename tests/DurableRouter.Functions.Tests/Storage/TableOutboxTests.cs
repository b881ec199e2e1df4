using DurableRouter.Core.Durability;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class TableOutboxTests
{
    static readonly DateTimeOffset At = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Due_LongestDueFirst_UpToTop_NotBeforeTheirTime()
    {
        var outbox = await OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            await outbox.AddAsync(Message($"apr-{i}", DeliveryState.Due) with { NextAt = At.AddMinutes(5 - i) }, default);
        }

        Assert.Equal(["apr-4", "apr-3"], (await outbox.DueAsync(At.AddMinutes(3), 2, default)).Select(d => d.Subject));
        Assert.Equal(3, (await outbox.DueAsync(At.AddMinutes(3), 10, default)).Count);
    }

    [Fact]
    public async Task Add_SameMessageAgain_KeepsWhatCameOfTheFirst()
    {
        var outbox = await OpenAsync();
        var message = Message("apr-1", DeliveryState.Due);
        await outbox.AddAsync(message, default);
        await outbox.UpdateAsync(message with { State = DeliveryState.Delivered, Attempts = 1 }, default);

        await outbox.AddAsync(message, default);

        Assert.Empty(await outbox.DueAsync(At.AddDays(1), 10, default));
    }

    [Fact]
    public async Task Update_FailedAttempt_ComesAgainLaterWithItsError()
    {
        var outbox = await OpenAsync();
        var message = Message("apr-1", DeliveryState.Due);
        await outbox.AddAsync(message, default);
        var failed = message with { Attempts = 1, NextAt = At.AddMinutes(1), Error = "503" };

        await outbox.UpdateAsync(failed, default);

        Assert.Empty(await outbox.DueAsync(At, 10, default));
        Assert.Equal(failed, Assert.Single(await outbox.DueAsync(At.AddMinutes(1), 10, default)));
    }

    [Fact]
    public async Task Waiting_ForARun_BecomesDueWithItsEnd()
    {
        var outbox = await OpenAsync();
        await outbox.AddAsync(Message("run-1", DeliveryState.Waiting), default);
        await outbox.AddAsync(Message("run-2", DeliveryState.Waiting), default);

        Assert.Empty(await outbox.DueAsync(At, 10, default));
        await outbox.ReleaseAsync("run-1", default);
        await outbox.ReleaseAsync("run-1", default);

        var due = Assert.Single(await outbox.DueAsync(At, 10, default));
        Assert.Equal(("run-1", DeliveryState.Due), (due.Subject, due.State));
    }

    static async Task<TableOutbox> OpenAsync() => new(await TestStorage.CreateAsync());

    static Delivery Message(string subject, DeliveryState state) => Delivery.Create(DeliveryKinds.ApprovalRequested, subject, "team", state, At);
}
