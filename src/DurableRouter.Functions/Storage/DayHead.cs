using Azure.Data.Tables;

namespace DurableRouter.Functions.Storage;

/// <summary>An account's sums, in units of 1e-12 US dollars, as they were read.</summary>
readonly struct DayHead(TableEntity entity)
{
    const string SpentName = "SpentUnits";
    const string ReservedName = "ReservedUnits";

    public long Spent => entity.GetInt64(SpentName)!.Value;

    public long Reserved => entity.GetInt64(ReservedName)!.Value;

    public static TableEntity Create(string partition, string row, long spent)
    {
        var head = StorageLayout.NewEntity(partition, row);
        head[SpentName] = spent;
        head[ReservedName] = 0L;
        return head;
    }

    /// <summary>The sums moved by so much, if nobody has written since.</summary>
    public TableTransactionAction Moved(long spent, long reserved)
    {
        var moved = Create(entity.PartitionKey, entity.RowKey, Spent + spent);
        moved[ReservedName] = Reserved + reserved;
        return new TableTransactionAction(TableTransactionActionType.UpdateReplace, moved, entity.ETag);
    }
}
