// Azure.Storage.Blobs 12.x: azure-sdk-for-net 0012470, sdk/storage/Azure.Storage.Blobs/api/Azure.Storage.Blobs.net10.0.cs
namespace Azure.Storage.Blobs.Models;

public class BlobContentInfo
{
    internal BlobContentInfo(ETag tag) => ETag = tag;

    public ETag ETag { get; }
}
