namespace DurableRouter.Core.Models;

/// <summary>A model in this process refuses a call as an endpoint would on the wire.</summary>
/// <param name="status">The HTTP status that the endpoint would send.</param>
/// <param name="code">The code in its error body; null: none.</param>
/// <param name="retryAfter">The wait that it asks for; null: none.</param>
public abstract class ModelRefusalException(int status, string? code, TimeSpan? retryAfter, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string? Code { get; } = code;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
