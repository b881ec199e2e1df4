using Azure.Data.Tables;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Notifications;

namespace DurableRouter.Functions.Storage;

/// <summary>Messages to others in one table: each under its id, and a hint for each that isn't over, with its run while it waits for the end.</summary>
public sealed class TableOutbox(StorageLayout storage) : IOutbox, IWaitingMessages
{
    const string Open = "open";
    const string WaitingPrefix = "run-";
    const string Key = "delivery";

    public async Task AddAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var place = delivery.State == DeliveryState.Waiting ? Waiting(delivery.Subject) : Open;
        await storage.Outbox.UpsertEntityAsync(StorageLayout.NewEntity(place, StorageKeys.Escape(delivery.Id)), TableUpdateMode.Replace, cancellationToken);
        await storage.Outbox.TryAddAsync(Entity(delivery), cancellationToken);
    }

    public async Task<IReadOnlyList<Delivery>> DueAsync(DateTimeOffset now, int top, CancellationToken cancellationToken)
    {
        var due = new List<Delivery>();
        await foreach (var hint in storage.Outbox.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Open}"),
            cancellationToken: cancellationToken))
        {
            var entity = await storage.Outbox.FindAsync(hint.RowKey, Key, cancellationToken);
            if (entity is null)
            {
                continue; // it is being added
            }

            var delivery = Read(entity);
            if (delivery.State == DeliveryState.Waiting)
            {
                delivery = delivery with { State = DeliveryState.Due, NextAt = now };
                await UpdateAsync(delivery, cancellationToken);
            }

            if (delivery.State is DeliveryState.Delivered or DeliveryState.GivenUp)
            {
                await storage.Outbox.DeleteEntityAsync(Open, hint.RowKey, cancellationToken: cancellationToken);
            }
            else if (delivery.State == DeliveryState.Due && delivery.NextAt <= now)
            {
                due.Add(delivery);
            }
        }

        return [.. due.OrderBy(d => d.NextAt).Take(top)];
    }

    public async Task UpdateAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        await storage.Outbox.UpsertEntityAsync(Entity(delivery), TableUpdateMode.Replace, cancellationToken);
        if (delivery.State is DeliveryState.Delivered or DeliveryState.GivenUp)
        {
            await storage.Outbox.DeleteEntityAsync(Open, StorageKeys.Escape(delivery.Id), cancellationToken: cancellationToken);
        }
    }

    public async Task ReleaseAsync(string runId, CancellationToken cancellationToken)
    {
        var waiting = Waiting(runId);
        await foreach (var hint in storage.Outbox.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {waiting}"),
            cancellationToken: cancellationToken))
        {
            await storage.Outbox.UpsertEntityAsync(StorageLayout.NewEntity(Open, hint.RowKey), TableUpdateMode.Replace, cancellationToken);
            await storage.Outbox.DeleteEntityAsync(waiting, hint.RowKey, cancellationToken: cancellationToken);
        }
    }

    static string Waiting(string runId) => WaitingPrefix + StorageKeys.Escape(runId);

    static TableEntity Entity(Delivery delivery)
    {
        var entity = StorageLayout.NewEntity(StorageKeys.Escape(delivery.Id), Key);
        entity["Id"] = delivery.Id;
        entity["Kind"] = delivery.Kind;
        entity["Subject"] = delivery.Subject;
        entity["Target"] = delivery.Target;
        entity["State"] = delivery.State.ToString();
        entity["Attempts"] = delivery.Attempts;
        entity["CreatedAt"] = delivery.CreatedAt;
        entity["NextAt"] = delivery.NextAt;
        entity["Error"] = delivery.Error;
        return entity;
    }

    static Delivery Read(TableEntity entity) => new(entity.GetString("Id")!, entity.GetString("Kind")!, entity.GetString("Subject")!,
        entity.GetString("Target")!, Enum.Parse<DeliveryState>(entity.GetString("State")!), entity.GetInt32("Attempts")!.Value,
        entity.GetDateTimeOffset("CreatedAt")!.Value, entity.GetDateTimeOffset("NextAt")!.Value, entity.GetString("Error"));
}
