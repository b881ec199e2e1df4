using System.ClientModel.Primitives;

namespace DurableRouter.Core.Models;

/// <summary>Does nothing in its place of the SDK's pipeline: as authentication for endpoints that ask for no key, such as one on this machine; as
/// retry policy because a call is one request, and retries are durable and the workflow's own.</summary>
sealed class PassThroughPolicy : AuthenticationPolicy
{
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
        ProcessNext(message, pipeline, currentIndex);

    public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
        ProcessNextAsync(message, pipeline, currentIndex);
}
