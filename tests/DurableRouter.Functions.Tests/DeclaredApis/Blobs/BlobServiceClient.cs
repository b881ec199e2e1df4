// Azure.Storage.Blobs 12.x: azure-sdk-for-net 0012470, sdk/storage/Azure.Storage.Blobs/api/Azure.Storage.Blobs.net10.0.cs
using Azure.Core;
using Azure.Core.Pipeline;
using DurableRouter.Functions.Tests.DeclaredApis.Storage;

namespace Azure.Storage.Blobs;

/// <summary>Speaks the blob service's REST protocol; see <see cref="BlobClient"/>.</summary>
public class BlobServiceClient
{
    const string Version = "2025-01-05";
    readonly StorageRequests _requests;

    public BlobServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    public BlobServiceClient(string connectionString, BlobClientOptions? options)
    {
        var connection = StorageConnectionString.Parse(connectionString);
        _requests = Requests(connection.BlobEndpoint, new BlobSharedKeyPolicy(connection.Account, connection.Key), options);
    }

    public BlobServiceClient(Uri serviceUri, TokenCredential credential, BlobClientOptions? options = null) =>
        _requests = Requests(serviceUri, new BearerTokenAuthenticationPolicy(credential, "https://storage.azure.com/.default"), options);

    public virtual Uri Uri => _requests.Endpoint;

    public virtual BlobContainerClient GetBlobContainerClient(string blobContainerName) => new(_requests, blobContainerName);

    static StorageRequests Requests(Uri endpoint, HttpPipelinePolicy authentication, BlobClientOptions? options) =>
        new(HttpPipelineBuilder.Build(options ?? new BlobClientOptions(), authentication), endpoint, Version, new BlobErrors());
}
