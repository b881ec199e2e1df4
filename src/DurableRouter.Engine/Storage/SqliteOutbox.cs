using DurableRouter.Core.Durability;
using DurableRouter.Core.Notifications;

namespace DurableRouter.Engine.Storage;

/// <summary>Messages to others, in the database. What waits for a run becomes due in the transaction that ends it.</summary>
sealed class SqliteOutbox(ReadPool reads, Writer writer) : IOutbox
{
    public Task AddAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(session => session.InsertDelivery(delivery), mustSucceed: true);
    }

    public Task<IReadOnlyList<Delivery>> DueAsync(DateTimeOffset now, int top, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<Delivery>>(reads.Query("""
            SELECT id, kind, subject, target, attempts, created_at, next_at, error FROM deliveries
            WHERE state = 'due' AND next_at <= $now ORDER BY next_at LIMIT $top
            """, r => new Delivery(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), DeliveryState.Due, r.GetInt32(4),
                DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(6)),
                r.IsDBNull(7) ? null : r.GetString(7)), ("$now", now.ToUnixTimeMilliseconds()), ("$top", top)));
    }

    public Task UpdateAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(session =>
        {
            using var update = new Statement(session.Handle, "UPDATE deliveries SET state = ?, attempts = ?, next_at = ?, error = ? WHERE id = ?");
            return update.Add(Text(delivery.State)).Add(delivery.Attempts).Add(delivery.NextAt.ToUnixTimeMilliseconds()).Add(delivery.Error)
                .Add(delivery.Id).Run();
        }, mustSucceed: true);
    }

    public static string Text(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "waiting",
        DeliveryState.Due => "due",
        DeliveryState.Delivered => "delivered",
        DeliveryState.GivenUp => "given_up",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
