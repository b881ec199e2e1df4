namespace DurableRouter.Functions.Storage;

/// <summary>The messages of the outbox that wait for a run's end.</summary>
public interface IWaitingMessages
{
    /// <summary>Makes them due. May be repeated.</summary>
    Task ReleaseAsync(string runId, CancellationToken cancellationToken);
}
