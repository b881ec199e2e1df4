using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace DurableRouter.FunctionsBench;

/// <summary>What lies in storage: entities by the Table service's documented formula (4 bytes, two for each character of the keys, and for each property 8
/// bytes, two for each character of its name, and its value: two for each character and 4 of a text, 4 of an Int32, 8 of other numbers and times, 1 of a
/// truth value, 16 of a Guid, the length and 4 of binary data), without the service's own time stamp; blobs by their length.</summary>
sealed partial class KeptBytes(string connection, string hub)
{
    /// <returns>Bytes by table or container; the task hub's name is cut off.</returns>
    public async Task<Dictionary<string, double>> MeasureAsync()
    {
        var sizes = new Dictionary<string, double>(StringComparer.Ordinal);
        var tables = new TableServiceClient(connection);
        await foreach (var item in tables.QueryAsync())
        {
            var table = tables.GetTableClient(item.Name);
            await foreach (var entity in table.QueryAsync<TableEntity>())
            {
                Add(item.Name, Size(entity));
            }
        }

        var blobs = new BlobServiceClient(connection);
        await foreach (var container in blobs.GetBlobContainersAsync())
        {
            await foreach (var blob in blobs.GetBlobContainerClient(container.Name).GetBlobsAsync())
            {
                Add(container.Name, blob.Properties.ContentLength ?? 0);
            }
        }

        return sizes;

        void Add(string resource, double bytes)
        {
            var name = resource.StartsWith(hub, StringComparison.OrdinalIgnoreCase) ? $"hub {resource[hub.Length..].TrimStart('-')}" : resource;
            sizes[name] = sizes.GetValueOrDefault(name) + bytes;
        }
    }

    static double Size(TableEntity entity) => 4 + (2 * (entity.PartitionKey.Length + entity.RowKey.Length))
        + entity.Where(property => !Own().IsMatch(property.Key) && property.Value is not null)
            .Sum(property => 8 + (2 * property.Key.Length) + Size(property.Value));

    static int Size(object value) => value switch
    {
        string text => (2 * text.Length) + 4,
        byte[] bytes => bytes.Length + 4,
        BinaryData binary => binary.ToMemory().Length + 4,
        bool => 1,
        int => 4,
        Guid => 16,
        _ => 8,
    };

    [GeneratedRegex(@"^(PartitionKey|RowKey|Timestamp|odata\..*)$")]
    private static partial Regex Own();
}
