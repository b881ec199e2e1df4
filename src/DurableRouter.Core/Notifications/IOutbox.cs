using DurableRouter.Core.Durability;

namespace DurableRouter.Core.Notifications;

/// <summary>Messages that must go out, kept until a receiver took them or they were given up.</summary>
/// <remarks>Delivery is at least once: a message that was sent and not marked before a crash is sent again, under the same id.</remarks>
public interface IOutbox
{
    /// <summary>Adds a message unless its id exists.</summary>
    Task AddAsync(Delivery delivery, CancellationToken cancellationToken);

    /// <summary>Messages in state <see cref="DeliveryState.Due"/> whose time has come, the longest due first. A message that waits for a run
    /// becomes due, by the store or by this call, when the run has ended in any way.</summary>
    Task<IReadOnlyList<Delivery>> DueAsync(DateTimeOffset now, int top, CancellationToken cancellationToken);

    /// <summary>Writes what came of an attempt.</summary>
    Task UpdateAsync(Delivery delivery, CancellationToken cancellationToken);
}
