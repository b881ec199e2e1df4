namespace DurableRouter.Core.Values;

/// <summary>Content-addressed bytes: documents and values too large for a history. An address is the lower-case hex SHA-256 of the bytes.</summary>
/// <remarks>An implementation must never return bytes that don't hash to the address, and a value must be durable before
/// anything that refers to it is.</remarks>
public interface IContentStore
{
    /// <exception cref="Errors.DurableRouterException">Code <c>content_missing</c>: retention removed it or it was never stored.</exception>
    ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Stores the bytes if they are new.</summary>
    /// <returns>The address.</returns>
    ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
