namespace DurableRouter.Core.Durability;

/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Requester">Who started the run: a key's name, <c>local:USER</c>, or null.</param>
public sealed record RunIndexEntry(string Pipeline, IReadOnlyDictionary<string, string> Tags, string? Requester);
