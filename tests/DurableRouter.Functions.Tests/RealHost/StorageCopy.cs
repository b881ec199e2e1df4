using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What a storage account holds, as a file: every row of every table, the task hub's too, and every value of the app's container. Queues are left out:
/// a run that waits for a person has nothing in them.</summary>
static class StorageCopy
{
    public static async Task<JsonObject> ReadAsync(string connection)
    {
        var tables = new JsonObject();
        var service = new TableServiceClient(connection);
        await foreach (var table in service.QueryAsync())
        {
            var rows = new JsonArray();
            await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>())
            {
                rows.Add(new JsonObject(row.Where(p => p.Key is not ("odata.etag" or "Timestamp")).Select(p => KeyValuePair.Create(p.Key, Write(p.Value)))));
            }

            tables[table.Name] = rows;
        }

        var values = new JsonObject();
        var container = new BlobServiceClient(connection).GetBlobContainerClient("durablerouter-content");
        await foreach (var blob in container.GetBlobsAsync())
        {
            values[blob.Name] = (await container.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content.ToString();
        }

        return new JsonObject { ["tables"] = tables, ["values"] = values };
    }

    public static async Task WriteAsync(JsonNode copy, string connection)
    {
        var service = new TableServiceClient(connection);
        foreach (var (name, rows) in copy["tables"]!.AsObject())
        {
            var table = service.GetTableClient(name);
            await table.CreateIfNotExistsAsync();
            foreach (var row in rows!.AsArray())
            {
                await table.AddEntityAsync(new TableEntity(row!.AsObject().ToDictionary(p => p.Key, p => Read(p.Value!))));
            }
        }

        var container = new BlobServiceClient(connection).GetBlobContainerClient("durablerouter-content");
        await container.CreateIfNotExistsAsync();
        foreach (var (name, value) in copy["values"]!.AsObject())
        {
            await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(value!.GetValue<string>()), overwrite: true);
        }
    }

    /// <summary>Text as it is, everything else as <c>{"type": value}</c>.</summary>
    static JsonNode? Write(object? value) => value switch
    {
        string text => text,
        long number => new JsonObject { ["long"] = number },
        int number => new JsonObject { ["int"] = number },
        double number => new JsonObject { ["double"] = number },
        bool flag => new JsonObject { ["bool"] = flag },
        DateTimeOffset at => new JsonObject { ["time"] = at },
        byte[] bytes => new JsonObject { ["bytes"] = Convert.ToBase64String(bytes) },
        Guid id => new JsonObject { ["guid"] = id },
        null => null,
        _ => throw new NotSupportedException($"A column of type {value.GetType()}"),
    };

    static object Read(JsonNode value) => value is not JsonObject typed ? value.GetValue<string>() : typed.Single() switch
    {
        ("long", { } number) => number.GetValue<long>(),
        ("int", { } number) => number.GetValue<int>(),
        ("double", { } number) => number.GetValue<double>(),
        ("bool", { } flag) => flag.GetValue<bool>(),
        ("time", { } at) => at.GetValue<DateTimeOffset>(),
        ("bytes", { } bytes) => Convert.FromBase64String(bytes.GetValue<string>()),
        ("guid", { } id) => id.GetValue<Guid>(),
        var (type, _) => throw new NotSupportedException($"A column of type {type}"),
    };
}
