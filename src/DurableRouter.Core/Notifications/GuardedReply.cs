namespace DurableRouter.Core.Notifications;

/// <param name="Body">As it came, undecoded; null when it is longer than was allowed.</param>
/// <param name="RetryAfter">The header's text; null without one.</param>
/// <param name="Location">The header's text; null without one.</param>
public sealed record GuardedReply(int Status, ReadOnlyMemory<byte>? Body, string? RetryAfter, string? Location);
