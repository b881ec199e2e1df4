namespace DurableRouter.Core.Durability;

/// <param name="Key">Scoped by the caller's identity.</param>
/// <param name="RequestHash">SHA-256 of the canonical request, lower-case hex.</param>
public sealed record IdempotencyClaim(string Key, string RequestHash);
