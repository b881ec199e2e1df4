using Azure;
using Azure.Data.Tables;
using DurableRouter.Core.Errors;

namespace DurableRouter.Functions.Storage;

/// <summary>Conditional writes as values.</summary>
static class StorageWrites
{
    // The service takes at most 100 in one transaction.
    const int MaxBatch = 100;
    const string Writer = "Writer";

    /// <returns>False when the key is taken.</returns>
    /// <remarks>The SDK repeats a request whose answer got lost, and is told then that the key is taken: by itself. The writer's mark tells.</remarks>
    public static async Task<bool> TryAddAsync(this TableClient table, TableEntity entity, CancellationToken cancellationToken) =>
        await table.TryAddTaggedAsync(entity, cancellationToken) is not null;

    /// <returns>The new row's tag; null when the key is taken.</returns>
    public static async Task<ETag?> TryAddTaggedAsync(this TableClient table, TableEntity entity, CancellationToken cancellationToken)
    {
        var mark = Mark(entity);
        try
        {
            return (await table.AddEntityAsync(entity, cancellationToken)).Headers.ETag;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return await table.FindAsync(entity.PartitionKey, entity.RowKey, cancellationToken) is { } stands && stands.GetString(Writer) == mark
                ? stands.ETag : null;
        }
    }

    /// <returns>False when somebody else has written since <paramref name="entity"/> was read.</returns>
    public static async Task<bool> TryReplaceAsync(this TableClient table, TableEntity entity, ETag tag, CancellationToken cancellationToken)
    {
        var mark = Mark(entity);
        try
        {
            await table.UpdateEntityAsync(entity, tag, TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 412 or 404)
        {
            return await table.StandsAsync(entity, mark, cancellationToken);
        }
    }

    /// <summary>All or nothing, in one partition.</summary>
    /// <returns>False when a key is taken or gone, or somebody has written since an entity was read.</returns>
    /// <exception cref="DurableRouterException">Code <c>storage_busy</c>.</exception>
    public static async Task<bool> TrySubmitAsync(this TableClient table, IReadOnlyList<TableTransactionAction> actions,
        CancellationToken cancellationToken) =>
        await table.TrySubmitTaggedAsync(actions, cancellationToken) is not null;

    /// <summary>The same, of changes and additions.</summary>
    /// <returns>The rows' new tags, in order; null in the place of false.</returns>
    public static async Task<IReadOnlyList<ETag>?> TrySubmitTaggedAsync(this TableClient table, IReadOnlyList<TableTransactionAction> actions,
        CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await table.SubmitTransactionAsync(actions, cancellationToken)).Value.Select(part => part.Headers.ETag ?? default)];
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return null;
        }
        catch (RequestFailedException e) when (e.Status is 408 or 429 or >= 500)
        {
            // The answer to the whole was a success, so neither the SDK nor the pipeline has seen that its part failed.
            throw StorageFailures.Busy($"A transaction on table {table.Name} got {e.Status}", e);
        }
    }

    public static async Task<TableEntity?> FindAsync(this TableClient table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    static string Mark(TableEntity entity)
    {
        var mark = Guid.NewGuid().ToString("N");
        entity[Writer] = mark;
        return mark;
    }

    static async Task<bool> StandsAsync(this TableClient table, TableEntity entity, string mark, CancellationToken cancellationToken) =>
        (await table.FindAsync(entity.PartitionKey, entity.RowKey, cancellationToken))?.GetString(Writer) == mark;

    /// <summary>Removes rows of a partition by the range of their keys. Not atomic: who is interrupted calls it again.</summary>
    /// <param name="from">The first row key that goes.</param>
    /// <param name="to">The first that stays.</param>
    public static async Task RemoveRowsAsync(this TableClient table, string partitionKey, string from, string to, CancellationToken cancellationToken)
    {
        var batch = new List<TableTransactionAction>(MaxBatch);
        await foreach (var row in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey ge {from} and RowKey lt {to}"),
            select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
        {
            batch.Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, row.RowKey)));
            if (batch.Count == MaxBatch)
            {
                await SubmitAsync();
            }
        }

        if (batch.Count > 0)
        {
            await SubmitAsync();
        }

        async Task SubmitAsync()
        {
            if (!await table.TrySubmitAsync(batch, cancellationToken))
            {
                // Another instance removes them too.
                foreach (var action in batch)
                {
                    await table.DeleteEntityAsync(partitionKey, action.Entity.RowKey, cancellationToken: cancellationToken);
                }
            }

            batch.Clear();
        }
    }
}
