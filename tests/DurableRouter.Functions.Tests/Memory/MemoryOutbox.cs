using System.Collections.Concurrent;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Notifications;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Memory;

sealed class MemoryOutbox : IOutbox, IWaitingMessages
{
    public ConcurrentDictionary<string, Delivery> Deliveries { get; } = new();

    public Task AddAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        Deliveries.TryAdd(delivery.Id, delivery);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Delivery>> DueAsync(DateTimeOffset now, int top, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Delivery>>([.. Deliveries.Values.Where(d => d.State == DeliveryState.Due && d.NextAt <= now).Take(top)]);

    public Task ReleaseAsync(string runId, CancellationToken cancellationToken)
    {
        foreach (var waiting in Deliveries.Values.Where(d => d.State == DeliveryState.Waiting && d.Subject == runId))
        {
            Deliveries[waiting.Id] = waiting with { State = DeliveryState.Due };
        }

        return Task.CompletedTask;
    }

    public Task UpdateAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        Deliveries[delivery.Id] = delivery;
        return Task.CompletedTask;
    }
}
