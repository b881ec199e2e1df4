using Azure.Core;
using Azure.Core.Pipeline;

namespace DurableRouter.Functions.Tests.Storage;

/// <summary>Loses the answer of the first transaction that the service has carried out, so that the SDK sends it again.</summary>
sealed class LostAnswer : HttpPipelinePolicy
{
    int _lost;

    public int Lost => Volatile.Read(ref _lost);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (message.Request.Method == RequestMethod.Post && message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal)
            && Interlocked.CompareExchange(ref _lost, 1, 0) == 0)
        {
            throw new IOException("The connection broke before the answer came.");
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessAsync(message, pipeline).AsTask().GetAwaiter().GetResult();
}
