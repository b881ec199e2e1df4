namespace DurableRouter.Core.Errors;

/// <summary>A bug, broken infrastructure or a refused operation, with a stable code. Expected failures of models are values, not this.</summary>
/// <param name="code">One of <see cref="ErrorCodes"/>; listed in docs/errors.md with cause and cure.</param>
/// <param name="message">What, where, what was kept, what to do next.</param>
public class DurableRouterException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;

    /// <summary>When the same operation may succeed; null when it won't by waiting.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
