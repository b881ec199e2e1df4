// Azure.Storage.Blobs 12.x: azure-sdk-for-net 0012470, sdk/storage/Azure.Storage.Blobs/api/Azure.Storage.Blobs.net10.0.cs
using Azure.Core;
using Azure.Storage.Blobs.Models;
using DurableRouter.Functions.Tests.DeclaredApis.Storage;

namespace Azure.Storage.Blobs;

public class BlobContainerClient
{
    readonly StorageRequests _requests;

    internal BlobContainerClient(StorageRequests requests, string name)
    {
        _requests = requests;
        Name = name;
    }

    public virtual string Name { get; }

    /// <summary>The value is null when the container was there.</summary>
    public virtual async Task<Response<BlobContainerInfo>?> CreateIfNotExistsAsync(PublicAccessType publicAccessType = PublicAccessType.None,
        IDictionary<string, string>? metadata = null, BlobContainerEncryptionScopeOptions? encryptionScopeOptions = null,
        CancellationToken cancellationToken = default)
    {
        if (publicAccessType != PublicAccessType.None || metadata is not null || encryptionScopeOptions is not null)
        {
            throw new NotSupportedException("Only private containers without options are declared here.");
        }

        var response = await _requests.SendAsync(_requests.Create(RequestMethod.Put, Name + "?restype=container"), cancellationToken, 201, 409);
        return response.Status == 201 ? Response.FromValue(new BlobContainerInfo(response.Headers.ETag ?? default), response) : null;
    }

    public virtual BlobClient GetBlobClient(string blobName) => new(_requests, Name, blobName);
}
