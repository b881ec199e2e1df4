namespace DurableRouter.Core.Values;

/// <summary>Content to store, with its address.</summary>
public sealed record ContentItem(string Sha256, ReadOnlyMemory<byte> Bytes);
