// Azure.Data.Tables 12.11: azure-sdk-for-net f5b0ac9, sdk/tables/Azure.Data.Tables/api/Azure.Data.Tables.net10.0.cs
using Azure.Core;
using Azure.Core.Pipeline;
using DurableRouter.Functions.Tests.DeclaredApis.Storage;

namespace Azure.Data.Tables;

/// <summary>Speaks the table service's REST protocol; see <see cref="TableClient"/>.</summary>
public class TableServiceClient
{
    const string Version = "2020-12-06";
    readonly StorageRequests _requests;

    public TableServiceClient(string connectionString, TableClientOptions? options = null)
    {
        var connection = StorageConnectionString.Parse(connectionString);
        _requests = Requests(connection.TableEndpoint, new TableSharedKeyPolicy(connection.Account, connection.Key), options);
    }

    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null) =>
        _requests = Requests(endpoint, new BearerTokenAuthenticationPolicy(tokenCredential, "https://storage.azure.com/.default"), options);

    public virtual Uri Uri => _requests.Endpoint;

    public virtual TableClient GetTableClient(string tableName) => new(_requests, tableName);

    static StorageRequests Requests(Uri endpoint, HttpPipelinePolicy authentication, TableClientOptions? options) =>
        new(HttpPipelineBuilder.Build(options ?? new TableClientOptions(), authentication), endpoint, Version, new TableErrors());
}
