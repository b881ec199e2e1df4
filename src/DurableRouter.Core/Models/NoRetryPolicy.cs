using System.ClientModel.Primitives;

namespace DurableRouter.Core.Models;

/// <summary>One request per call: retries are durable and the workflow's own. The SDK's policy with a limit of zero would still weigh each reply.</summary>
sealed class NoRetryPolicy : PipelinePolicy
{
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
        ProcessNext(message, pipeline, currentIndex);

    public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
        ProcessNextAsync(message, pipeline, currentIndex);
}
