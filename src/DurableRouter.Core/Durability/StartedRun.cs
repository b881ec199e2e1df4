namespace DurableRouter.Core.Durability;

/// <param name="Replayed">True when the idempotency key had already started this run.</param>
public sealed record StartedRun(string RunId, bool Replayed);
