using Azure;
using Azure.Data.Tables;
using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Storage;

/// <summary>The head of a run's partition, as far as writers need it: whoever adds to the run changes it in the same transaction.</summary>
/// <param name="Last">The last entry's sequence.</param>
/// <param name="Ended">How the run has ended; null while it is live. It stays so, unless somebody opens the run again.</param>
sealed record RunHead(ETag Tag, RunStub Run, long Last, RuntimeStatus? Ended)
{
    public const string RowKey = "head";
    public const string LastName = "Last";
    public const string OpenCallsName = "OpenCalls";

    public static RunHead Read(TableEntity entity) => new(entity.ETag,
        new RunStub(entity.GetString("RunId")!, entity.GetDateTimeOffset(RunEntity.CreatedAt)!.Value, RunEntity.MayHaveCallback(entity), entity.GetInt32(OpenCallsName)!.Value,
            entity.GetInt32(RunEntity.Reopened) ?? 0),
        entity.GetInt64(LastName)!.Value, entity.GetString(RunEntity.EndStatus) is { } status ? Enum.Parse<RuntimeStatus>(status) : null);
}
