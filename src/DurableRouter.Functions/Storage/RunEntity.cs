using System.Text.Json;
using Azure.Data.Tables;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>A run's entry as entities: its head, which is the truth, and its row in the list of runs, with columns for what lists filter by.</summary>
static class RunEntity
{
    public const string State = "State";
    public const string CreatedAt = "CreatedAt";
    public const string Pipeline = "Pipeline";
    public const string EndStatus = "EndStatus";

    /// <summary>The number of the entry that tells of the end and holds the output; null while the run is live and in entries of lists.</summary>
    public const string EndSequence = "EndSequence";

    /// <summary>That entry's id.</summary>
    public const string EndEntry = "run-end";

    public const string IdempotencyKey = "IdempotencyKey";

    /// <summary>States besides the names of <see cref="RuntimeStatus"/>.</summary>
    public const string Live = "live";
    public const string Purged = "purged";

    /// <summary>How often the end was taken back; null: never.</summary>
    public const string Reopened = "Reopened";

    const string Input = "Input";
    const string Progress = "Progress";
    const string Error = "Error";
    const string Output = "Output";
    const string HasCallback = "HasCallback";
    const string TagPrefix = "Tag_";
    const int MaxColumnName = 255;

    /// <summary>The head of a new run, but for its counters.</summary>
    public static async Task<TableEntity> HeadAsync(RunEntry entry, string partition, string? idempotencyKey, IContentStore content,
        CancellationToken cancellationToken)
    {
        var head = Write(entry, partition, RunHead.RowKey);
        head[IdempotencyKey] = idempotencyKey;
        head[HasCallback] = entry.HasCallback;
        await StoredText.SetAsync(head, Input, entry.Input?.GetRawText(), content, cancellationToken);
        return head;
    }

    /// <summary>What an end changes in the head. The output of a completed run stands in the history.</summary>
    public static async Task WriteEndAsync(TableEntity head, RunEnding? end, IContentStore content, CancellationToken cancellationToken)
    {
        head[EndStatus] = end?.Status.ToString();
        head[EndSequence] = end is null ? null : head[EndSequence];
        head["EndedAt"] = end?.At;
        head[Progress] = end?.Progress is { } progress ? JsonSerializer.Serialize(progress, CoreJson.Default.RunProgress) : null;
        await StoredText.SetAsync(head, Output, end is { Status: not RuntimeStatus.Completed } ? end.Output?.GetRawText() : null, content, cancellationToken);
        await StoredText.SetAsync(head, Error, end?.Error is { } error ? JsonSerializer.Serialize(error, CoreJson.Default.RunError) : null, content, cancellationToken);
    }

    /// <summary>What an end changes in the run's row of the list.</summary>
    public static async Task<TableEntity> EndedRowAsync(RunStub run, RunEnding end, IContentStore content, CancellationToken cancellationToken)
    {
        var (partition, key) = RowKeys(run.RunId, run.CreatedAt);
        var row = new TableEntity(partition, key) { [State] = end.Status.ToString() };
        await WriteEndAsync(row, end, content, cancellationToken);
        await StoredText.SetAsync(row, Output, end.Summary?.GetRawText(), content, cancellationToken);
        return row;
    }

    static (string Partition, string Key) RowKeys(string runId, DateTimeOffset createdAt) => (StorageKeys.NewestDay(createdAt), StorageKeys.NewestFirst(createdAt, runId));

    /// <summary>The run's row in the list.</summary>
    public static async Task<TableEntity> RowAsync(RunEntry entry, IContentStore content, CancellationToken cancellationToken)
    {
        var (partition, key) = RowKeys(entry.RunId, entry.CreatedAt);
        var row = Write(entry, partition, key);
        foreach (var (name, value) in entry.Index.Tags)
        {
            row[TagName(name)] = value;
        }

        row[State] = entry.PurgedAt is not null ? Purged : entry.End is { } end ? end.Status.ToString() : Live;
        row["PurgedAt"] = entry.PurgedAt;
        await WriteEndAsync(row, entry.End, content, cancellationToken);
        await StoredText.SetAsync(row, Output, entry.End?.Summary?.GetRawText(), content, cancellationToken);
        return row;
    }

    public static async Task<RunEntry> ReadAsync(TableEntity entity, IContentStore content, CancellationToken cancellationToken)
    {
        var tags = JsonSerializer.Deserialize(entity.GetString("Tags")!, FunctionsJson.Default.IReadOnlyDictionaryStringString)!;
        return new RunEntry(entity.GetString("RunId")!, entity.GetString("Workflow")!, entity.GetInt32("WorkflowVersion")!.Value,
            new RunIndexEntry(entity.GetString(Pipeline)!, tags, entity.GetString("Requester")), entity.GetDateTimeOffset(CreatedAt)!.Value)
        {
            ClaimedAt = entity.GetDateTimeOffset("ClaimedAt")!.Value,
            PurgedAt = entity.GetDateTimeOffset("PurgedAt"),
            Reopened = entity.GetInt32(Reopened) ?? 0,
            HasCallback = MayHaveCallback(entity),
            Input = await JsonAsync(Input),
            OpenCalls = entity.GetInt32(RunHead.OpenCallsName) ?? 0,
            Last = entity.GetInt64(RunHead.LastName) ?? 0,
            End = entity.GetString(EndStatus) is { } status
                ? new RunEnding(Enum.Parse<RuntimeStatus>(status), entity.GetDateTimeOffset("EndedAt")!.Value, await JsonAsync(Output),
                    (await JsonAsync(Error))?.Deserialize(CoreJson.Default.RunError))
                {
                    Progress = (await JsonAsync(Progress))?.Deserialize(CoreJson.Default.RunProgress),
                }
                : null,
            ETag = entity.ETag.ToString(),
        };

        async Task<JsonElement?> JsonAsync(string name) =>
            await StoredText.FindAsync(entity, name, content, cancellationToken) is { } json ? JsonElement.Parse(json) : null;
    }

    /// <summary>A tombstone holds nothing that the run was given or gave.</summary>
    public static void RemoveContent(TableEntity head)
    {
        foreach (var name in new[] { Input, Input + StoredText.AddressSuffix, Output, Output + StoredText.AddressSuffix, EndSequence })
        {
            head.Remove(name);
        }
    }

    /// <summary>Entries of 0.1 don't say.</summary>
    public static bool MayHaveCallback(TableEntity entity) => entity.GetBoolean(HasCallback) ?? true;

    /// <summary>A column of its own for each tag, under a name that columns may have: letters and digits, at most 255.</summary>
    public static string TagName(string tag)
    {
        var name = TagPrefix + Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(tag));
        return name.Length <= MaxColumnName ? name : TagPrefix + "Sha256_" + StorageKeys.Sha256(tag);
    }

    /// <summary>What never changes.</summary>
    static TableEntity Write(RunEntry entry, string partitionKey, string rowKey)
    {
        var entity = StorageLayout.NewEntity(partitionKey, rowKey);
        entity["RunId"] = entry.RunId;
        entity["Workflow"] = entry.Workflow;
        entity["WorkflowVersion"] = entry.WorkflowVersion;
        entity[Pipeline] = entry.Index.Pipeline;
        entity["Requester"] = entry.Index.Requester;
        entity["Tags"] = JsonSerializer.Serialize(entry.Index.Tags, FunctionsJson.Default.IReadOnlyDictionaryStringString);
        entity[CreatedAt] = entry.CreatedAt;
        entity["ClaimedAt"] = entry.ClaimedAt;
        return entity;
    }
}
