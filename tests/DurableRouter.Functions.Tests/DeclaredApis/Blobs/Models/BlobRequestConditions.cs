// Azure.Storage.Blobs 12.x: azure-sdk-for-net 0012470, sdk/storage/Azure.Storage.Blobs/api/Azure.Storage.Blobs.net10.0.cs
namespace Azure.Storage.Blobs.Models;

/// <summary>The official class inherits these two from <see cref="MatchConditions"/> through its lease conditions.</summary>
public class BlobRequestConditions : RequestConditions
{
}
