using System.Text.Json;
using Azure.Data.Tables;
using DurableRouter.Core;
using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Storage;

/// <summary>A run's entry as an entity: columns for what lists filter by, JSON for the rest.</summary>
static class RunEntity
{
    public const string State = "State";
    public const string CreatedAt = "CreatedAt";
    public const string Pipeline = "Pipeline";

    /// <summary>States besides the names of <see cref="RuntimeStatus"/>.</summary>
    public const string Live = "live";
    public const string Purged = "purged";

    const string TagPrefix = "Tag_";
    const int MaxColumnName = 255;

    /// <summary>What never changes.</summary>
    public static TableEntity Write(RunEntry entry, string partitionKey, string rowKey)
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

    public static async Task<TableEntity> WriteAsync(RunEntry entry, string partitionKey, string rowKey, IContentStore content,
        CancellationToken cancellationToken)
    {
        var entity = Write(entry, partitionKey, rowKey);
        foreach (var (name, value) in entry.Index.Tags)
        {
            entity[TagName(name)] = value;
        }

        entity[State] = entry.PurgedAt is not null ? Purged : entry.End is { } end ? end.Status.ToString() : Live;
        entity["ScheduledAt"] = entry.ScheduledAt;
        entity["PurgedAt"] = entry.PurgedAt;
        entity["Reopened"] = entry.Reopened == 0 ? null : entry.Reopened;
        entity["EndStatus"] = entry.End?.Status.ToString();
        entity["EndedAt"] = entry.End?.At;
        await StoredText.SetAsync(entity, "Output", entry.End?.Output?.GetRawText(), content, cancellationToken);
        var error = entry.End?.Error is { } failure ? JsonSerializer.Serialize(failure, CoreJson.Default.RunError) : null;
        await StoredText.SetAsync(entity, "Error", error, content, cancellationToken);
        return entity;
    }

    public static RunEntry Read(TableEntity entity)
    {
        var tags = JsonSerializer.Deserialize(entity.GetString("Tags")!, FunctionsJson.Default.IReadOnlyDictionaryStringString)!;
        return new RunEntry(entity.GetString("RunId")!, entity.GetString("Workflow")!, entity.GetInt32("WorkflowVersion")!.Value,
            new RunIndexEntry(entity.GetString(Pipeline)!, tags, entity.GetString("Requester")), entity.GetDateTimeOffset(CreatedAt)!.Value)
        {
            ClaimedAt = entity.GetDateTimeOffset("ClaimedAt")!.Value,
        };
    }

    public static async Task<RunEntry> ReadAsync(TableEntity entity, IContentStore content, CancellationToken cancellationToken) => Read(entity) with
    {
        ScheduledAt = entity.GetDateTimeOffset("ScheduledAt"),
        PurgedAt = entity.GetDateTimeOffset("PurgedAt"),
        Reopened = entity.GetInt32("Reopened") ?? 0,
        End = entity.GetString("EndStatus") is { } status
            ? new RunEnding(Enum.Parse<RuntimeStatus>(status), entity.GetDateTimeOffset("EndedAt")!.Value,
                await StoredText.FindAsync(entity, "Output", content, cancellationToken) is { } output ? JsonElement.Parse(output) : null,
                await StoredText.FindAsync(entity, "Error", content, cancellationToken) is { } error
                    ? JsonSerializer.Deserialize(error, CoreJson.Default.RunError) : null)
            : null,
        ETag = entity.ETag.ToString(),
    };

    /// <summary>A column of its own for each tag, under a name that columns may have: letters and digits, at most 255.</summary>
    public static string TagName(string tag)
    {
        var name = TagPrefix + Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(tag));
        return name.Length <= MaxColumnName ? name : TagPrefix + "Sha256_" + StorageKeys.Sha256(tag);
    }
}
