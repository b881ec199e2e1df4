using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;

namespace DurableRouter.Functions.Tests.Storage;

/// <summary>Counts the requests that leave for the tables; a transaction is one.</summary>
sealed class CountedRequests : HttpPipelineSynchronousPolicy
{
    int _count;

    public int Count => Volatile.Read(ref _count);

    public void Reset() => Interlocked.Exchange(ref _count, 0);

    /// <summary>The same tables and values, over a connection that is counted.</summary>
    public async Task<StorageLayout> OpenAsync(StorageLayout storage)
    {
        var options = new TableClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerRetry);
        var connection = (await AzuriteServer.Shared).Connection;
        return new StorageLayout(new TableServiceClient(connection, options), new BlobServiceClient(connection), storage.Runs.Name[..^"Runs".Length]);
    }

    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _count);
}
