using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Notifications;

/// <summary>Puts a message about an approval into the outbox for every receiver of its group. Ids are derived: a redelivered request adds nothing.</summary>
public sealed class ApprovalNotices(IReadOnlyList<WebhookReceiver> receivers, IOutbox? outbox)
{
    public static readonly ApprovalNotices None = new([], null);

    public Task RequestedAsync(ApprovalRecord record, CancellationToken cancellationToken) =>
        TellAsync(DeliveryKinds.ApprovalRequested, record, record.Group, record.RequestedAt, cancellationToken);

    public Task EscalatedAsync(ApprovalRecord record, string to, DateTimeOffset at, CancellationToken cancellationToken) =>
        TellAsync(DeliveryKinds.ApprovalEscalated, record, to, at, cancellationToken);

    async Task TellAsync(string kind, ApprovalRecord record, string group, DateTimeOffset at, CancellationToken cancellationToken)
    {
        foreach (var receiver in receivers.Where(r => record.Status == ApprovalStatus.Pending && r.Hears(group)))
        {
            await outbox!.AddAsync(Delivery.Create(kind, record.Id, receiver.Name, DeliveryState.Due, at), cancellationToken);
        }
    }
}
