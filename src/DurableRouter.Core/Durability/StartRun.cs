using DurableRouter.Core.Values;

namespace DurableRouter.Core.Durability;

/// <param name="RunId"><c>run-</c> and a UUIDv7, lower-case.</param>
/// <param name="Workflow">The workflow's persisted name.</param>
/// <param name="Input">The workflow's input, of the workflow's own input type.</param>
/// <param name="Index">What lists and filters need to know of the run.</param>
/// <param name="Content">Large values that <paramref name="Input"/> refers to; made durable with the start.</param>
/// <param name="Idempotency">The caller's key and the hash of its request; null starts unconditionally.</param>
/// <param name="Callback">Told when the run has ended; made durable with the start, in state waiting. Null: nobody.</param>
public sealed record StartRun(string RunId, string Workflow, object Input, RunIndexEntry Index,
    IReadOnlyList<ContentItem> Content, IdempotencyClaim? Idempotency, Delivery? Callback = null);
