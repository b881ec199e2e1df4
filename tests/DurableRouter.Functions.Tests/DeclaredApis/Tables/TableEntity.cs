// Azure.Data.Tables 12.11: azure-sdk-for-net f5b0ac9, sdk/tables/Azure.Data.Tables/api/Azure.Data.Tables.net10.0.cs. The official class is a dictionary; these are the members that the app uses.
namespace Azure.Data.Tables;

public sealed class TableEntity : ITableEntity
{
    internal const string EtagName = "odata.etag";

    internal Dictionary<string, object> Properties { get; } = [];

    public TableEntity()
    {
    }

    public TableEntity(string partitionKey, string rowKey)
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    public string PartitionKey
    {
        get => GetString(nameof(PartitionKey))!;
        set => Properties[nameof(PartitionKey)] = value;
    }

    public string RowKey
    {
        get => GetString(nameof(RowKey))!;
        set => Properties[nameof(RowKey)] = value;
    }

    public DateTimeOffset? Timestamp
    {
        get => GetDateTimeOffset(nameof(Timestamp));
        set => this[nameof(Timestamp)] = value;
    }

    public ETag ETag
    {
        get => GetString(EtagName) is { } tag ? new ETag(tag) : default;
        set => Properties[EtagName] = value.ToString();
    }

    public object? this[string key]
    {
        get => Properties.GetValueOrDefault(key);
        set
        {
            if (value is null)
            {
                Properties.Remove(key);
            }
            else
            {
                Properties[key] = value;
            }
        }
    }

    public string? GetString(string key) => (string?)this[key];

    public long? GetInt64(string key) => (long?)this[key];

    public int? GetInt32(string key) => (int?)this[key];

    public bool? GetBoolean(string key) => (bool?)this[key];

    public DateTimeOffset? GetDateTimeOffset(string key) => (DateTimeOffset?)this[key];
}
