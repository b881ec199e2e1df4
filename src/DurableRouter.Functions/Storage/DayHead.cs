using Azure.Data.Tables;

namespace DurableRouter.Functions.Storage;

/// <summary>An account's sums, in units of 1e-12 US dollars, as they were read.</summary>
readonly struct DayHead(TableEntity entity)
{
    const string SpentName = "SpentUnits";
    const string ReservedName = "ReservedUnits";
    const string OpenedName = "OpenedAt";

    public long Spent => entity.GetInt64(SpentName)!.Value;

    public long Reserved => entity.GetInt64(ReservedName)!.Value;

    /// <summary>UTC; null once its first sum has been looked at again, and in accounts of 0.1.</summary>
    public DateTimeOffset? OpenedAt => entity.GetDateTimeOffset(OpenedName);

    public static TableEntity Create(string partition, string row, long spent, DateTimeOffset? openedAt)
    {
        var head = StorageLayout.NewEntity(partition, row);
        head[SpentName] = spent;
        head[ReservedName] = 0L;
        head[OpenedName] = openedAt;
        return head;
    }

    /// <summary>The sums moved by so much, if nobody has written since.</summary>
    public TableTransactionAction Moved(long spent, long reserved)
    {
        var moved = Create(entity.PartitionKey, entity.RowKey, Spent + spent, OpenedAt);
        moved[ReservedName] = Reserved + reserved;
        return new TableTransactionAction(TableTransactionActionType.UpdateReplace, moved, entity.ETag);
    }

    /// <summary>With at least what the ledger says now.</summary>
    public TableTransactionAction Grown(long spent)
    {
        var grown = Create(entity.PartitionKey, entity.RowKey, Math.Max(Spent, spent), openedAt: null);
        grown[ReservedName] = Reserved;
        return new TableTransactionAction(TableTransactionActionType.UpdateReplace, grown, entity.ETag);
    }
}
