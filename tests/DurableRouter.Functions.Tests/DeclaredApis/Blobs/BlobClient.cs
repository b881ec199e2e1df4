// Azure.Storage.Blobs 12.x: azure-sdk-for-net 0012470, sdk/storage/Azure.Storage.Blobs/api/Azure.Storage.Blobs.net10.0.cs
// The members that the app uses, over the REST protocol itself (learn.microsoft.com/rest/api/storageservices/blob-service-rest-api). In the
// official library some of them are inherited from Specialized.BlobBaseClient.
using Azure.Core;
using Azure.Storage.Blobs.Models;
using DurableRouter.Functions.Tests.DeclaredApis.Storage;

namespace Azure.Storage.Blobs;

public class BlobClient
{
    readonly StorageRequests _requests;
    readonly string _path;

    internal BlobClient(StorageRequests requests, string container, string name)
    {
        _requests = requests;
        _path = container + "/" + string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
    }

    public virtual async Task<Response<BlobContentInfo>> UploadAsync(BinaryData content, bool overwrite = false,
        CancellationToken cancellationToken = default)
    {
        var request = _requests.Create(RequestMethod.Put, _path);
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        request.Headers.Add("Content-Type", "application/octet-stream");
        request.Content = RequestContent.Create(content);
        if (!overwrite)
        {
            request.Headers.Add("If-None-Match", "*");
        }

        var response = await _requests.SendAsync(request, cancellationToken, 201);
        return Response.FromValue(new BlobContentInfo(response.Headers.ETag ?? default), response);
    }

    public virtual async Task<Response<BlobDownloadResult>> DownloadContentAsync(CancellationToken cancellationToken)
    {
        var response = await _requests.SendAsync(_requests.Create(RequestMethod.Get, _path), cancellationToken, 200);
        return Response.FromValue(new BlobDownloadResult(response.Content), response);
    }

    public virtual async Task<Response<BlobProperties>> GetPropertiesAsync(BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        var response = await _requests.SendAsync(With(_requests.Create(RequestMethod.Head, _path), conditions), cancellationToken, 200);
        return Response.FromValue(new BlobProperties(response.Headers.ETag ?? default), response);
    }

    public virtual async Task<Response<bool>> DeleteIfExistsAsync(DeleteSnapshotsOption snapshotsOption = DeleteSnapshotsOption.None,
        BlobRequestConditions? conditions = null, CancellationToken cancellationToken = default)
    {
        if (snapshotsOption != DeleteSnapshotsOption.None)
        {
            throw new NotSupportedException("Snapshots aren't declared here.");
        }

        var response = await _requests.SendAsync(With(_requests.Create(RequestMethod.Delete, _path), conditions), cancellationToken, 202, 404);
        return Response.FromValue(response.Status == 202, response);
    }

    static Request With(Request request, BlobRequestConditions? conditions)
    {
        if (conditions?.IfMatch is { } tag)
        {
            request.Headers.Add("If-Match", tag.ToString("H"));
        }

        return request;
    }
}
