using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>The content store as runs use it: what a run has put goes when the run is purged, unless somebody else needs it.</summary>
public interface IRunContent
{
    /// <summary>The store as one run's activities see it.</summary>
    IContentStore For(string runId);

    /// <summary>Removes what the run has put and nobody else needs. Who is interrupted calls it again.</summary>
    Task RemoveAsync(string runId, CancellationToken cancellationToken);
}
