// Azure.Storage.Blobs 12.x: azure-sdk-for-net 0012470, sdk/storage/Azure.Storage.Blobs/api/Azure.Storage.Blobs.net10.0.cs
using Azure.Core;

namespace Azure.Storage.Blobs;

public class BlobClientOptions : ClientOptions
{
}
