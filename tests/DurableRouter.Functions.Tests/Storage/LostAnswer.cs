using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;

namespace DurableRouter.Functions.Tests.Storage;

/// <summary>Loses the answer of the first such request that the service has carried out, so that the SDK sends it again.</summary>
sealed class LostAnswer(Func<Request, bool> such) : HttpPipelinePolicy
{
    int _lost;

    public int Lost => Volatile.Read(ref _lost);

    public static LostAnswer OfTransaction() => new(r => r.Method == RequestMethod.Post && r.Uri.Path.EndsWith("$batch", StringComparison.Ordinal));

    public static LostAnswer OfReplacement() => new(r => r.Method == RequestMethod.Put && r.Headers.Contains("If-Match"));

    /// <summary>The same tables and values, over a connection with this fault.</summary>
    public async Task<StorageLayout> OpenAsync(StorageLayout storage)
    {
        var options = new TableClientOptions { Retry = { Delay = TimeSpan.Zero } };
        options.AddPolicy(this, HttpPipelinePosition.PerRetry);
        var connection = (await AzuriteServer.Shared).Connection;
        return new StorageLayout(new TableServiceClient(connection, options), new BlobServiceClient(connection), storage.Runs.Name[..^"Runs".Length]);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (such(message.Request) && Interlocked.CompareExchange(ref _lost, 1, 0) == 0)
        {
            throw new IOException("The connection broke before the answer came.");
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessAsync(message, pipeline).AsTask().GetAwaiter().GetResult();
}
