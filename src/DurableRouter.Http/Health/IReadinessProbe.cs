namespace DurableRouter.Http.Health;

/// <summary>Something that must work before this host may get traffic.</summary>
public interface IReadinessProbe
{
    /// <returns>Why the host isn't ready, for an operator; null when it is.</returns>
    ValueTask<string?> CheckAsync(CancellationToken cancellationToken);
}
