namespace DurableRouter.Core.Notifications;

/// <param name="Body">As it came, undecoded; null when it is longer than was allowed.</param>
/// <param name="RetryAfter">The header's text; null without one.</param>
/// <param name="Location">The header's text; null without one.</param>
public sealed record GuardedReply(int Status, ReadOnlyMemory<byte>? Body, string? RetryAfter, string? Location)
{
    /// <summary>The value of <c>Content-Type</c>; null: none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The value of <c>Content-Encoding</c>; null: none.</summary>
    public string? ContentEncoding { get; init; }
}
