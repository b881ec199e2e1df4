// Azure.Data.Tables 12.11: azure-sdk-for-net f5b0ac9, sdk/tables/Azure.Data.Tables/api/Azure.Data.Tables.net10.0.cs, src/TableClient.cs. The members that the app uses, over the REST protocol itself
// (learn.microsoft.com/rest/api/storageservices/table-service-rest-api), so that the verdict is the service's or the emulator's.
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Models;
using DurableRouter.Functions.Tests.DeclaredApis.Storage;

namespace Azure.Data.Tables;

public partial class TableClient
{
    readonly StorageRequests _requests;

    internal TableClient(StorageRequests requests, string tableName)
    {
        _requests = requests;
        Name = tableName;
    }

    public virtual string Name { get; }

    public virtual async Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        var request = Json(_requests.Create(RequestMethod.Post, "Tables"), Encoding.UTF8.GetBytes($$"""{"TableName":"{{Name}}"}"""));
        request.Headers.Add("Prefer", "return-no-content");
        return Response.FromValue(new TableItem(Name), await _requests.SendAsync(request, cancellationToken, 204, 409));
    }

    public virtual async Task<Response> DeleteAsync(CancellationToken cancellationToken = default) =>
        await _requests.SendAsync(Json(_requests.Create(RequestMethod.Delete, $"Tables('{Name}')")), cancellationToken, 204, 404);

    public virtual async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) where T : ITableEntity =>
        await _requests.SendAsync(Add(entity), cancellationToken, 204);

    public virtual async Task<Response> UpdateEntityAsync<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default) where T : ITableEntity =>
        await _requests.SendAsync(Change(entity, ifMatch, mode), cancellationToken, 204);

    public virtual async Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default) where T : ITableEntity =>
        await _requests.SendAsync(Change(entity, null, mode), cancellationToken, 204);

    /// <summary>An entity that is gone already is no error.</summary>
    public virtual async Task<Response> DeleteEntityAsync(string partitionKey, string rowKey, ETag ifMatch = default,
        CancellationToken cancellationToken = default) =>
        await _requests.SendAsync(Remove(partitionKey, rowKey, ifMatch), cancellationToken, 204, 404);

    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default) where T : class, ITableEntity
    {
        var path = Address(partitionKey, rowKey) + (select is null ? "" : "?$select=" + Uri.EscapeDataString(string.Join(',', select)));
        var response = await _requests.SendAsync(Json(_requests.Create(RequestMethod.Get, path)), cancellationToken, 200, 404);
        return response.Status == 200 ? new Found<T>(Entity<T>(response), response)
            : TableErrors.Read(response.Content)?.Code == "ResourceNotFound" ? new Missing<T>(response) : throw _requests.Failure(response);
    }

    Request Add(ITableEntity entity)
    {
        var request = Json(_requests.Create(RequestMethod.Post, Name), EntityJson.Write((TableEntity)entity));
        request.Headers.Add("Prefer", "return-no-content");
        return request;
    }

    /// <param name="ifMatch">Null inserts what isn't there.</param>
    Request Change(ITableEntity entity, ETag? ifMatch, TableUpdateMode mode)
    {
        var method = mode == TableUpdateMode.Replace ? RequestMethod.Put : RequestMethod.Patch;
        var request = Json(_requests.Create(method, Address(entity.PartitionKey, entity.RowKey)), EntityJson.Write((TableEntity)entity));
        if (ifMatch is { } tag)
        {
            request.Headers.Add("If-Match", tag.ToString());
        }

        return request;
    }

    Request Remove(string partitionKey, string rowKey, ETag ifMatch)
    {
        var request = Json(_requests.Create(RequestMethod.Delete, Address(partitionKey, rowKey)));
        request.Headers.Add("If-Match", ifMatch == default ? "*" : ifMatch.ToString());
        return request;
    }

    string Address(string partitionKey, string rowKey) => $"{Name}(PartitionKey='{Key(partitionKey)}',RowKey='{Key(rowKey)}')";

    static string Key(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));

    static T Entity<T>(Response response) where T : class, ITableEntity
    {
        using var document = JsonDocument.Parse(response.Content);
        return (T)(ITableEntity)EntityJson.Read(document.RootElement);
    }

    static Request Json(Request request, byte[]? body = null)
    {
        request.Headers.Add("DataServiceVersion", "3.0");
        request.Headers.Add("Accept", "application/json;odata=minimalmetadata");
        if (body is not null)
        {
            request.Headers.Add("Content-Type", "application/json");
            request.Content = RequestContent.Create(body);
        }

        return request;
    }

    sealed class Found<T>(T value, Response response) : NullableResponse<T>
    {
        public override bool HasValue => true;

        public override T Value => value;

        public override Response GetRawResponse() => response;
    }

    sealed class Missing<T>(Response response) : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T Value => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"status {response.Status}: there is no entity"));

        public override Response GetRawResponse() => response;
    }
}
